// Package shared says what the nodes of one installation share besides the
// record: nothing that is lost with it would make an answer wrong. Where one
// node runs alone, package memory has all of it.
package shared
