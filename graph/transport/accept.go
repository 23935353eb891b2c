package transport

import (
	"mime"
	"strings"
)

// A media is a type that answers come in.
type media string

const (
	plainJSON       media = "application/json"
	graphqlResponse media = "application/graphql-response+json"
	eventStream     media = "text/event-stream"
)

// acceptable is what a caller takes.
type acceptable struct {
	single media // of an answer in one piece; empty for none
	stream bool  // whether they name a stream
}

// negotiate reads Accept, by q. Who names nothing in particular gets
// application/json; who prefers neither type, the one made for GraphQL. A
// stream must be named: no client that takes anything means one.
func negotiate(headers []string) acceptable {
	ranges := rangesOf(headers)
	if len(headers) == 0 || strings.Join(headers, "") == "" {
		return acceptable{single: plainJSON}
	}
	json, _ := quality(ranges, plainJSON)
	graphql, named := quality(ranges, graphqlResponse)
	stream, streamNamed := quality(ranges, eventStream)
	out := acceptable{stream: streamNamed && stream > 0}
	switch {
	case graphql > json, graphql == json && graphql > 0 && named:
		out.single = graphqlResponse
	case json > 0:
		out.single = plainJSON
	}
	return out
}

// A mediaRange is one element of Accept.
type mediaRange struct {
	name string // lower case, such as application/*
	q    int    // thousandths
}

// rangesOf leaves out what is malformed.
func rangesOf(headers []string) []mediaRange {
	var out []mediaRange
	for element := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		name, params, err := mime.ParseMediaType(element)
		if err != nil || !strings.Contains(name, "/") {
			continue
		}
		q := 1000
		if text, ok := params["q"]; ok {
			if q, ok = thousandths(text); !ok {
				continue
			}
		}
		out = append(out, mediaRange{name, q})
	}
	return out
}

// thousandths reads a q: 0 to 1 with up to three digits after the point.
func thousandths(text string) (int, bool) {
	first, rest, _ := strings.Cut(text, ".")
	if first != "0" && first != "1" || len(rest) > 3 || strings.Trim(rest, "0123456789") != "" {
		return 0, false
	}
	n := 0
	for _, digit := range (rest + "000")[:3] {
		n = n*10 + int(digit-'0')
	}
	if first == "1" {
		return 1000, n == 0
	}
	return n, true
}

// quality is what the most specific ranges for m say, and whether one names it.
func quality(ranges []mediaRange, m media) (q int, named bool) {
	kind, _, _ := strings.Cut(string(m), "/")
	for _, name := range []string{string(m), kind + "/*", "*/*"} {
		found := false
		for _, r := range ranges {
			if r.name == name {
				q, found = max(q, r.q), true
			}
		}
		if found {
			return q, name == string(m)
		}
	}
	return 0, false
}
