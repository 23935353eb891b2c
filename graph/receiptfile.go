package graph

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/rapporteur-project/rapporteur/graph/scalar"
)

// receiptText is what a receipt's file holds. As a query of the API it is for
// the receipt's holders, has the cost of a query, and waits as long as one.
const receiptText = `query Receipt($id: ID!) { receipt(id: $id) { text } }`

const noReceipt = "There is no such receipt, or you may not hold it. It is for who made the record, and for those who act for the entity it was made for: send their token as Authorization: Bearer."

// fileStatuses are what an error of the query is, by its code. Any other code is
// a fault of the server's.
var fileStatuses = map[string]int{
	"UNAUTHENTICATED": http.StatusUnauthorized,
	"BAD_USER_INPUT":  http.StatusBadRequest,
	"RATE_LIMITED":    http.StatusTooManyRequests,
	"STALE":           http.StatusServiceUnavailable,
	"UNAVAILABLE":     http.StatusServiceUnavailable,
}

// Receipts answers GET and HEAD /receipts/{id} with the file of a receipt, by
// the id of its record or of an object. It expects auth.Middleware around it.
func (a *API) Receipts() http.Handler { return http.HandlerFunc(a.receiptFile) }

func (a *API) receiptFile(w http.ResponseWriter, req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		sendText(w, http.StatusMethodNotAllowed, "A receipt is read with GET or HEAD.\n")
		return
	}
	id, err := scalar.UnmarshalID(req.PathValue("id"))
	if err != nil {
		sendText(w, http.StatusNotFound, noReceipt+"\n")
		return
	}
	now := graphql.Now()
	ctx := withPeer(withMinIndex(req.Context(), req.Header.Get("Rapporteur-Min-Index")), req)
	data, errs, wait := a.server.Once(ctx, &graphql.RawParams{
		Query: receiptText, Variables: map[string]any{"id": string(id)}, Headers: req.Header, ReadTime: graphql.TraceTiming{Start: now, End: now},
	})
	if wait != "" {
		w.Header().Set("Retry-After", wait)
	}
	if len(errs) > 0 {
		sendError(w, errs[0])
		return
	}
	var found struct{ Receipt *struct{ Text string } }
	switch err := json.Unmarshal(data, &found); {
	case err != nil:
		slog.ErrorContext(ctx, "receipt file", slog.Any("err", err))
		sendText(w, http.StatusInternalServerError, "Something went wrong on our side. It is noted.\n")
	case found.Receipt == nil:
		sendText(w, http.StatusNotFound, noReceipt+"\n")
	default:
		w.Header().Set("Content-Disposition", `attachment; filename="`+receiptName(string(id))+`"`)
		sendText(w, http.StatusOK, found.Receipt.Text)
	}
}

// receiptName is what a receipt's file is called.
func receiptName(id string) string {
	return "receipt-" + strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '-'
	}, id) + ".tlog-proof"
}

// sendError answers with a sentence for people, and the incident if there is one.
func sendError(w http.ResponseWriter, e *gqlerror.Error) {
	code, _ := e.Extensions["code"].(string)
	status, known := fileStatuses[code]
	if !known {
		status = http.StatusInternalServerError
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	text := e.Message
	if incident, ok := e.Extensions["incident"].(string); ok {
		text += " Its number is " + incident + "."
	}
	sendText(w, status, text+"\n")
}

// sendText answers in plain text, to nobody but who asked.
func sendText(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // a client that hangs up is no fault of ours
}
