package projections

import (
	"path/filepath"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/rapporteur-project/rapporteur/domain"
)

// TestListsStayPrepared runs the statements of lists again with other values:
// SQLite prepares none of them once more for that. Preparing takes 30 times as
// long as reading a page.
func TestListsStayPrepared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "read.db")
	if err := (&Engine{All: All()}).create(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	index, label, mine := int64(7), domain.Public, Reader{Viewer: domain.Viewer{Person: "per_1", Holds: []domain.Holding{{Entity: "ent_1", Capacity: domain.EntityAdmin}}}}
	for _, r := range []Reader{{}, {AsOf: &index}, mine, mine.at(index)} {
		for _, f := range []SubmissionFilter{{}, {Mine: true}, {Label: &label, Consultation: new(domain.ID("con_1")), Language: new("en")}} {
			query, _ := r.submissionList(f, SubmissionOrder{}, window{limit: 10, cursor: key{1, "sub_1"}})
			query, _ = bind(query, nil)
			if n := preparedAgain(t, path, query); n != 0 {
				t.Errorf("it is prepared %d times more:\n%s", n, query)
			}
		}
	}
	if preparedAgain(t, path, "SELECT 1 LIMIT ?") == 0 {
		t.Error("a limit that is a parameter does no harm any more: nor need lists avoid it")
	}
}

// preparedAgain runs a statement three times with numbers for its parameters,
// and counts how often SQLite prepared it after the first time.
func preparedAgain(t *testing.T, path, query string) int32 {
	t.Helper()
	tls := libc.NewTLS()
	defer tls.Close()
	text := func(s string) uintptr {
		c, err := libc.CString(s)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	file, statement := text(path), text(query)
	defer libc.Xfree(tls, file)
	defer libc.Xfree(tls, statement)
	out := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(uintptr(0))))
	defer libc.Xfree(tls, out)
	pointer := func() uintptr { return *(*uintptr)(unsafe.Add(unsafe.Pointer(nil), out)) }
	if rc := sqlite3.Xsqlite3_open(tls, file, out); rc != sqlite3.SQLITE_OK {
		t.Fatal(rc)
	}
	db := pointer()
	defer sqlite3.Xsqlite3_close(tls, db)
	if rc := sqlite3.Xsqlite3_prepare_v2(tls, db, statement, -1, out, 0); rc != sqlite3.SQLITE_OK {
		t.Fatalf("%d: %s", rc, query)
	}
	stmt := pointer()
	defer sqlite3.Xsqlite3_finalize(tls, stmt)
	for n := range int64(3) {
		for i := range sqlite3.Xsqlite3_bind_parameter_count(tls, stmt) {
			sqlite3.Xsqlite3_bind_int64(tls, stmt, i+1, n+2)
		}
		if rc := sqlite3.Xsqlite3_step(tls, stmt); rc != sqlite3.SQLITE_ROW && rc != sqlite3.SQLITE_DONE && rc != sqlite3.SQLITE_ERROR { // 2 is no JSON
			t.Fatalf("%d: %s", rc, query)
		}
		sqlite3.Xsqlite3_reset(tls, stmt)
	}
	return sqlite3.Xsqlite3_stmt_status(tls, stmt, sqlite3.SQLITE_STMTSTATUS_REPREPARE, 0)
}
