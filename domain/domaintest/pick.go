package domaintest

import "pgregory.net/rapid"

// Pick draws one of from, each as likely as the next. rapid.SampledFrom draws
// the first ones most of the time, and a walk then seldom sees the others.
func Pick[T any](r *rapid.T, from ...T) T {
	n := 0
	for range 10 { // a list is far shorter than 1024, so the remainder hardly matters
		n <<= 1
		if rapid.Bool().Draw(r, "bit") {
			n++
		}
	}
	return from[n%len(from)]
}
