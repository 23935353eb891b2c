package projections_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/submission"
	"github.com/rapporteur-project/rapporteur/eventstore"
	"github.com/rapporteur-project/rapporteur/eventstore/memstore"
	"github.com/rapporteur-project/rapporteur/follower"
	"github.com/rapporteur-project/rapporteur/projections"
)

const benchTexts = 10_000 // of about 1 KiB

// corpus is a log of submissions, each received and then published. Words are
// drawn as in a language: few often, many seldom, a quarter of them long.
func corpus(b *testing.B, language string) *follower.Follower {
	b.Helper()
	rnd := rand.New(rand.NewPCG(1, 1))
	frequent := rand.NewZipf(rnd, 1.1, 4, 60_000)
	store := &memstore.Store{}
	add := func(stream string, version int64, e submission.Event, i int) {
		name, data, err := submission.Decider.Codec.Encode(e)
		if err != nil {
			b.Fatal(err)
		}
		meta, err := json.Marshal(domain.Meta{Key: "k"})
		if err != nil {
			b.Fatal(err)
		}
		r := eventstore.Record{ID: fmt.Sprintf("%s-%d", stream, version), Type: name, At: time.UnixMilli(1583280000000 + int64(i)).UTC(), Salt: make([]byte, 32), Data: data, Meta: meta}
		if err := store.Append(context.Background(), stream, version, r); err != nil {
			b.Fatal(err)
		}
	}
	for i := range benchTexts {
		var text strings.Builder
		for text.Len() < 1024 {
			n := frequent.Uint64()
			text.WriteString(strings.Repeat("gr", int(n%4)))
			fmt.Fprintf(&text, "wort%x ", n*2654435761%(1<<(8+4*(n%4))))
		}
		words := &submission.Words{Language: language, Text: domain.About("ent_x", text.String())}
		stream := fmt.Sprintf("submission-sub_%06d", i)
		add(stream, 0, submission.Received{Consultation: "con_x", For: "ent_x", Label: domain.Public, Content: submission.Content{Text: words}}, i)
		add(stream, 1, submission.Published{}, i)
	}
	log, err := follower.Open(b.Context(), filepath.Join(b.TempDir(), "log.db"), store)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { log.Close() })
	if err := log.CatchUp(b.Context()); err != nil {
		b.Fatal(err)
	}
	return log
}

// BenchmarkSearchBuild says what looking inside compounds costs: German has
// them, English has not.
func BenchmarkSearchBuild(b *testing.B) {
	for _, language := range []string{"en", "de"} {
		b.Run(language, func(b *testing.B) {
			log := corpus(b, language)
			path := filepath.Join(b.TempDir(), "search.db")
			for b.Loop() {
				os.Remove(path)
				e := &projections.Engine{Log: log, All: projections.SearchProjections()}
				if err := e.Build(b.Context(), path, -1); err != nil {
					b.Fatal(err)
				}
			}
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(benchTexts*b.N)/b.Elapsed().Seconds(), "texts/s")
			b.ReportMetric(float64(info.Size())/(benchTexts*1024), "bytes/byte")
		})
	}
}
