package domain

// Meta stands beside every event: who did it, for whom, in which capacity,
// under which key, and what was read to allow it. It is committed to by the
// log but shown only to those who may see it.
type Meta struct {
	Actor
	Key  string `json:"key"`            // the caller's idempotency key
	Hash string `json:"hash"`           // keyed hash of the command, to refuse a reused key
	Pins []Pin  `json:"pins,omitempty"` // streams of other aggregates that the decision rested on
}

// A Pin names the state of another stream that a decision rested on.
type Pin struct {
	Stream  string `json:"stream"`
	Version int64  `json:"version"`
}
