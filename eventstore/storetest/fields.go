package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rapporteur-project/rapporteur/eventstore"
)

func fieldsComeBack(t *testing.T, ctx context.Context, s eventstore.Store) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	want := records(5)
	want[1].Salt, want[1].Data, want[1].Meta = every[128:160], every, slices.Concat(every, every)
	want[2].Data = []byte(`{"title":"Über die Erklärung","body":"人权 · حقوق · права · 🕊️ · e\u0301 é \u0000"}`)
	want[2].Meta = []byte("{ \"spaces\" :\t[ ] ,\n\"order\":2,\"a\":1.0 }") // as it was, not as JSON would write it
	want[2].Type = "consultation.round-opened.v2"
	want[3].At = time.Date(1999, 12, 31, 23, 59, 59, 999_000_000, time.FixedZone("east", 3*3600))
	want[4].Salt, want[4].Data, want[4].Meta = nil, []byte{}, nil
	for i := range want {
		r := want[i]
		r.Stream, r.Version, r.Position = "elsewhere-9", 99, 99 // a store sets these itself
		mustAppend(t, ctx, s, "a-1", int64(i), r)
		want[i].Stream, want[i].Version, want[i].At = "a-1", int64(i)+1, want[i].At.UTC()
	}
	all := collect(t, s.All(ctx, 0))
	if d := cmp.Diff(collect(t, s.Stream(ctx, "a-1", 0)), all, same); d != "" {
		t.Errorf("one stream against the same records in the whole order (-stream +all):\n%s", d)
	}
	for i := range all {
		if i > 0 && all[i].Position <= all[i-1].Position || all[i].Position <= 0 {
			t.Errorf("record %d has position %d", i, all[i].Position)
		}
		if all[i].At.Location() != time.UTC {
			t.Errorf("record %d is in zone %s, want UTC", i, all[i].At.Location())
		}
		all[i].Position = 0
	}
	if d := cmp.Diff(want, all, same); d != "" {
		t.Errorf("records (-want +got):\n%s", d)
	}
}

// bytesAreItsOwn proves that a caller may use its buffers again after Append.
func bytesAreItsOwn(t *testing.T, ctx context.Context, s eventstore.Store) {
	recs := records(2)
	want := collect(t, func(yield func(eventstore.Record, error) bool) {
		for _, r := range recs {
			r.Salt, r.Data, r.Meta = slices.Clone(r.Salt), slices.Clone(r.Data), slices.Clone(r.Meta)
			if !yield(r, nil) {
				return
			}
		}
	})
	mustAppend(t, ctx, s, "a-1", 0, recs...)
	for _, r := range recs {
		clear(r.Salt)
		clear(r.Data)
		clear(r.Meta)
	}
	got := collect(t, s.Stream(ctx, "a-1", 0))
	for i := range got {
		got[i].Stream, got[i].Version, got[i].Position = "", 0, 0
	}
	if d := cmp.Diff(want, got, same); d != "" {
		t.Errorf("records (-want +got):\n%s", d)
	}
}

func namesAreKeptApart(t *testing.T, ctx context.Context, s eventstore.Store) {
	names := []string{
		"a-1", "A-1", "a-10", "a-1 ", " a-1", "a", "a-", "-", "a_1", "a%1", "a-%", "a-*", "a-?",
		"a-'", `a-"`, "a-`", `a-\`, "a-/", "a-;", "a-'); DROP TABLE events; --", "a-#", "a-&b=c",
		"a-é", "a-e\u0301", "a-ß", "a-ss", "a-ı", "a-i", "a-I", "a-人权", "a-حقوق", "a-🕊️", "a-\u200b", "$a-1", "$all",
		"a-\n", "a-\t",
	}
	held := map[string][]eventstore.Record{}
	for range 2 {
		for _, name := range names {
			r := record()
			mustAppend(t, ctx, s, name, int64(len(held[name])), r)
			held[name] = append(held[name], r)
		}
	}
	for _, name := range names {
		wantStream(t, ctx, s, name, held[name]...)
	}
	got := map[string]int{}
	for _, r := range collect(t, s.All(ctx, 0)) {
		got[r.Stream]++
	}
	for _, name := range names {
		if got[name] != 2 {
			t.Errorf("the whole order has %d records of %s, want 2", got[name], fmt.Sprintf("%q", name))
		}
	}
}
