package graph

//go:generate go -C .. run ./internal/whomay
//go:generate go -C .. tool gqlgen generate
