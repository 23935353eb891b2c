package projections

import (
	"strings"

	"github.com/rapporteur-project/rapporteur/domain"
)

// idMark stands before and after each id in the text of a condition. No id has
// a control character.
const idMark = "\x1f"

// quoted lists ids in the text of a condition, which is then built without
// parameters. Whoever runs it binds them; see [bind].
func quoted(ids []domain.ID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = idMark + strings.ReplaceAll(string(id), idMark, "\ufffd") + idMark
	}
	return strings.Join(out, ", ")
}

// bind makes parameters of the ids in a query, among those that it has, so that
// it is the same statement for all who may see the same way.
func bind(query string, args []any) (string, []any) {
	if !strings.Contains(query, idMark) {
		return query, args
	}
	var text strings.Builder
	var all []any
	for {
		at := strings.IndexAny(query, "?"+idMark)
		if at < 0 {
			text.WriteString(query)
			return text.String(), append(all, args...)
		}
		text.WriteString(query[:at] + "?")
		if query[at] == '?' {
			given := min(1, len(args)) // where one is missing, the driver says so
			all, args = append(all, args[:given]...), args[given:]
			query = query[at+1:]
			continue
		}
		id, rest, _ := strings.Cut(query[at+1:], idMark)
		all, query = append(all, id), rest
	}
}
