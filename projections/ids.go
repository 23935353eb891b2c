package projections

import (
	"strconv"
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// idMark stands before and after each id in the text of a condition, and
// numberMark before and after each number. No id has a control character.
const (
	idMark     = "\x1f"
	numberMark = "\x1e"
)

// quoted lists ids in the text of a condition, which is then built without
// parameters. Whoever runs it binds them; see [bind].
func quoted(ids []domain.ID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = idMark + strings.ReplaceAll(string(id), idMark, "\ufffd") + idMark
	}
	return strings.Join(out, ", ")
}

// number writes n in the text of a condition, to be bound as ids are.
func number(n int64) string { return numberMark + strconv.FormatInt(n, 10) + numberMark }

// bind makes parameters of the ids and numbers in a query, among those that it
// has. The statement is then the same for all viewers who may see the same way,
// and as of every index.
func bind(query string, args []any) (string, []any) {
	if !strings.ContainsAny(query, idMark+numberMark) {
		return query, args
	}
	var text strings.Builder
	var all []any
	for {
		at := strings.IndexAny(query, "?"+idMark+numberMark)
		if at < 0 {
			text.WriteString(query)
			return text.String(), append(all, args...)
		}
		text.WriteString(query[:at])
		text.WriteByte('?')
		mark, rest := query[at:at+1], query[at+1:]
		if mark == "?" {
			given := min(1, len(args)) // where one is missing, the driver says so
			all, args = append(all, args[:given]...), args[given:]
			query = rest
			continue
		}
		value, after, _ := strings.Cut(rest, mark)
		if n, err := strconv.ParseInt(value, 10, 64); mark == numberMark && err == nil {
			all = append(all, n)
		} else {
			all = append(all, value)
		}
		query = after
	}
}
