package transport

import (
	"strings"
	"testing"
)

func TestPacked(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       bool
	}{
		{"few", `{"query":"{a}","variables":{"a":[1,2,3]}}`, false},
		{"as many as may be", `[` + strings.Repeat("0,", maxValues-1) + `0]`, false},
		{"one more", `[` + strings.Repeat("0,", maxValues) + `0]`, true},
		{"objects", `[` + strings.Repeat("{}", maxValues) + `]`, true},
		{"lists in lists", strings.Repeat("[", maxValues+1), true},
		{"in a text", `{"query":"` + strings.Repeat(`,[{\"`, maxValues) + `"}`, false},
		{"after a text that ends in a backslash", `["\\"` + strings.Repeat(",0", maxValues) + `]`, true},
		{"after an open text", `["\"` + strings.Repeat(",0", maxValues) + `]`, false},
	} {
		if got := packed([]byte(tt.text)); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}
