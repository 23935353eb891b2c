package domain_test

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"github.com/rapporteur-project/rapporteur/domain"
)

func TestDeadline(t *testing.T) {
	tests := []struct{ name, local, zone, at string }{
		{"winter", "2020-12-01T00:00:00", "Europe/Zurich", "2020-11-30T23:00:00Z"},
		{"summer", "2020-05-30T00:00:00", "Europe/Zurich", "2020-05-29T22:00:00Z"},
		{"minutes", "2020-05-30T23:59", "America/New_York", "2020-05-31T03:59:00Z"},
		{"UTC", "2020-05-30T23:59:59", "UTC", "2020-05-30T23:59:59Z"},
		{"three parts", "2020-05-30T00:00:00", "America/Argentina/Buenos_Aires", "2020-05-30T03:00:00Z"},
		{"odd offset", "2020-05-30T00:00:00", "Asia/Kathmandu", "2020-05-29T18:15:00Z"},
		{"just before a gap", "2020-03-29T01:59:59", "Europe/Zurich", "2020-03-29T00:59:59Z"},
		{"just after a gap", "2020-03-29T03:00:00", "Europe/Zurich", "2020-03-29T01:00:00Z"},
		{"shown twice: the later", "2020-10-25T02:30:00", "Europe/Zurich", "2020-10-25T01:30:00Z"},
		{"shown twice in the west", "2020-11-01T01:00:00", "America/New_York", "2020-11-01T06:00:00Z"},
		{"shown twice, half an hour", "2020-04-05T01:45:00", "Australia/Lord_Howe", "2020-04-04T15:15:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := domain.NewDeadline(tt.local, tt.zone, true)
			if err != nil || d.At.Format(time.RFC3339) != tt.at {
				t.Fatalf("got %s, %v; want %s", d.At, err, tt.at)
			}
			if want := (tt.local + ":00")[:19]; d.Local() != want {
				t.Errorf("shown as %s, want %s", d.Local(), want)
			}
		})
	}
}

func TestDeadlineRefuses(t *testing.T) {
	tests := []struct{ local, zone, reason, field string }{
		{"2020-03-29T02:00:00", "Europe/Zurich", "deadline.skipped", "local"},
		{"2020-03-29T02:59:59", "Europe/Zurich", "deadline.skipped", "local"},
		{"2020-03-08T02:30:00", "America/New_York", "deadline.skipped", "local"},
		{"2011-12-30T12:00:00", "Pacific/Apia", "deadline.skipped", "local"}, // Samoa had no such day
		{"2020-05-30", "UTC", "deadline.local", "local"},
		{"2020-05-30T00:00:00Z", "UTC", "deadline.local", "local"},
		{"2020-05-30T00:00:00+02:00", "UTC", "deadline.local", "local"},
		{"2020-05-30T00:00:00.000", "UTC", "deadline.local", "local"},
		{"2020-05-30T24:00:00", "UTC", "deadline.local", "local"},
		{"2020-02-30T00:00:00", "UTC", "deadline.local", "local"},
		{"0020-05-30T00:00:00", "UTC", "deadline.local", "local"},
		{"", "UTC", "deadline.local", "local"},
		{"2020-05-30T00:00:00", "", "deadline.zone", "zone"},
		{"2020-05-30T00:00:00", "Local", "deadline.zone", "zone"},
		{"2020-05-30T00:00:00", "localtime", "deadline.zone", "zone"},
		{"2020-05-30T00:00:00", "Europe/Atlantis", "deadline.zone", "zone"},
		{"2020-05-30T00:00:00", "europe/zurich", "deadline.zone", "zone"},
		{"2020-05-30T00:00:00", "../../etc/localtime", "deadline.zone", "zone"},
		{"2020-05-30T00:00:00", "+02:00", "deadline.zone", "zone"},
	}
	for _, tt := range tests {
		t.Run(tt.local+" "+tt.zone, func(t *testing.T) {
			_, err := domain.NewDeadline(tt.local, tt.zone, true, "input", "closes")
			refused(t, err, tt.reason, "input", "closes", tt.field)
		})
	}
}

func TestDeadlinePassed(t *testing.T) {
	for _, inclusive := range []bool{true, false} {
		d, err := domain.NewDeadline("2020-05-30T00:00:00", "Europe/Zurich", inclusive)
		if err != nil {
			t.Fatal(err)
		}
		if d.Passed(d.At.Add(-time.Millisecond)) || !d.Passed(d.At.Add(time.Millisecond)) || d.Passed(d.At) == inclusive {
			t.Errorf("%s: wrong around the instant", d)
		}
		// A request is judged by the instant, not by the clock it was read from.
		if d.Passed(d.At.Add(-time.Millisecond).In(time.FixedZone("east", 14*3600))) {
			t.Errorf("%s: judged by another zone's clock", d)
		}
	}
	if (domain.Deadline{}).Passed(time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Error("no deadline has passed")
	}
}

func TestDeadlineInWordsAndOnTheWire(t *testing.T) {
	in, _ := domain.NewDeadline("2020-05-30T00:00", "Europe/Zurich", true)
	out, _ := domain.NewDeadline("2020-05-30T00:00", "Europe/Zurich", false)
	for d, want := range map[domain.Deadline][2]string{
		in:                {"2020-05-30T00:00:00 Europe/Zurich, that instant included", `{"at":"2020-05-29T22:00:00Z","zone":"Europe/Zurich","inclusive":true}`},
		out:               {"2020-05-30T00:00:00 Europe/Zurich, that instant excluded", `{"at":"2020-05-29T22:00:00Z","zone":"Europe/Zurich","inclusive":false}`},
		domain.Deadline{}: {"no deadline", `{"zone":"","inclusive":false}`},
		{At: in.At, Zone: "Europe/Atlantis", Inclusive: true}: {"2020-05-29T22:00:00Z Europe/Atlantis, that instant included",
			`{"at":"2020-05-29T22:00:00Z","zone":"Europe/Atlantis","inclusive":true}`},
	} {
		if d.String() != want[0] {
			t.Errorf("got %q, want %q", d, want[0])
		}
		var back domain.Deadline
		if b, err := json.Marshal(d); err != nil || string(b) != want[1] || json.Unmarshal(b, &back) != nil || back != d {
			t.Errorf("got %s, back %v, %v; want %s", b, back, err, want[1])
		}
	}
}

// Every instant that clocks show once is found again; of two that look the
// same, the later is.
func TestDeadlineFindsTheInstant(t *testing.T) {
	zones := rapid.SampledFrom([]string{"UTC", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "Asia/Tehran"})
	rapid.Check(t, func(t *rapid.T) {
		zone := zones.Draw(t, "zone")
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(946684800, 4102444800).Draw(t, "at"), 0).UTC()
		if _, end := at.In(loc).ZoneBounds(); !end.IsZero() && rapid.Bool().Draw(t, "near a change") {
			at = end.Add(time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "seconds")) * time.Second).UTC()
		}
		local := at.In(loc).Format("2006-01-02T15:04:05")
		d, err := domain.NewDeadline(local, zone, true)
		if err != nil || d.At.Before(at) || d.Local() != local || d.At.Sub(at) > 24*time.Hour {
			t.Errorf("%s %s at %s: got %v, %v", local, zone, at, d.At, err)
		}
		if later := at.Add(time.Hour); later.In(loc).Format("2006-01-02T15:04:05") == local && !d.At.Equal(later) {
			t.Errorf("%s %s: got %s, not the later %s", local, zone, d.At, later)
		}
	})
}

func FuzzNewDeadline(f *testing.F) {
	f.Add("2020-05-30T00:00:00", "Europe/Zurich")
	f.Add("2020-10-25T02:30", "Europe/Zurich")
	f.Fuzz(func(t *testing.T, local, zone string) {
		d, err := domain.NewDeadline(local, zone, true)
		if err != nil {
			return
		}
		again, err := domain.NewDeadline(d.Local(), d.Zone, true)
		if err != nil || again != d {
			t.Fatalf("%q %q: got %v, again %v, %v", local, zone, d, again, err)
		}
	})
}
