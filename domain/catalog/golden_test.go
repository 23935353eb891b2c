package catalog_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/catalog"
)

var add = flag.Bool("add", false, "write a golden file for every event that has none")

const (
	golden = "testdata/events"
	sums   = "testdata/events.sum"
)

// TestGoldenEvents keeps every event that was ever stored readable: for each
// wire name there is a file that was written once and is never edited, and
// today's code reads it and writes the same bytes. Run with -add after adding
// an event; files and sums are only ever added.
func TestGoldenEvents(t *testing.T) {
	known := readSums(t)
	for _, d := range catalog.All {
		for _, zero := range d.Zeros() {
			name := zero.EventType()
			file := filepath.Join(golden, name+".json")
			if _, err := os.Stat(file); os.IsNotExist(err) && *add {
				known[name] = write(t, file, zero)
			}
			b, err := os.ReadFile(file)
			if err != nil {
				t.Errorf("%s has no golden file: run go test ./domain/catalog -add", name)
				continue
			}
			if sum(b) != known[name] {
				t.Errorf("%s was edited: what is stored for ever does not change; give the new shape a new wire name", file)
			}
			same(t, d, name, b)
		}
	}
	if *add {
		writeSums(t, known)
	}
}

// same decodes a golden file and encodes it again.
func same(t *testing.T, d domain.Decoder, name string, b []byte) {
	t.Helper()
	e, err := d.DecodeEvent(name, b)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	again, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again, compact.Bytes()) {
		t.Errorf("%s is read, but written differently:\n%s\n%s", name, compact.Bytes(), again)
	}
}

func write(t *testing.T, file string, zero domain.Event) string {
	t.Helper()
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	fill(v, 1)
	b, err := json.MarshalIndent(v.Interface(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	if err := os.MkdirAll(golden, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return sum(b)
}

// fill gives every field a value that is not its zero.
func fill(v reflect.Value, n int) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2020, 3, 4, 10, 0, n, 0, time.UTC)))
		return
	case v.Type() == reflect.TypeFor[domain.PartialDate]():
		v.SetString("spring 2020")
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), i+1)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte{byte(n)})
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), 1)
		fill(v.Index(1), 2)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(k, 1)
		fill(e, 1)
		v.SetMapIndex(k, e)
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n))
	}
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func readSums(t *testing.T) map[string]string {
	t.Helper()
	known := map[string]string{}
	b, err := os.ReadFile(sums)
	if err != nil && !*add {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		hash, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("%s: %q is no line of it", sums, line)
		}
		known[name] = hash
	}
	files, err := filepath.Glob(filepath.Join(golden, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range known {
		if !slices.Contains(files, filepath.Join(golden, name+".json")) {
			t.Errorf("the golden file of %s is gone; it stays for ever, with an upcast for an event that is not written any more", name)
		}
	}
	return known
}

func writeSums(t *testing.T, known map[string]string) {
	t.Helper()
	var lines []string
	for name, hash := range known {
		lines = append(lines, hash+"  "+name+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[66:], b[66:]) })
	if err := os.WriteFile(sums, []byte(strings.Join(lines, "")), 0o644); err != nil {
		t.Fatal(err)
	}
}
