//go:build !linux || !(amd64 || arm64)

package main

// letJudge does nothing where nobody can judge the calls of this program.
func letJudge() {}
