package sqlitestore

// generation is how many streams versions remembers at least, and half of the
// most it holds: about 20 MB in all.
const generation = 1 << 16

// versions remembers how far the streams written last are, so that an append
// to one of them need not ask the file. Its zero value is ready.
type versions struct {
	young, old map[string]int64
}

func (v *versions) get(stream string) (int64, bool) {
	if n, ok := v.young[stream]; ok {
		return n, true
	}
	n, ok := v.old[stream]
	return n, ok
}

func (v *versions) set(stream string, version int64) {
	if v.young == nil || len(v.young) >= generation {
		v.young, v.old = map[string]int64{}, v.young
	}
	v.young[stream] = version
}
