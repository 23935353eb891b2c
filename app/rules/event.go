package rules

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/credential"
	"github.com/rapporteur-project/rapporteur/domain/entity"
	"github.com/rapporteur-project/rapporteur/domain/importing"
	"github.com/rapporteur-project/rapporteur/domain/person"
)

func eventKnown(b *Batch, _ *History) string {
	if _, ok := decoders[b.category()]; !ok {
		return "" // the stream's name says so
	}
	return b.fault
}

// eventFields compares what is stored with what the event is written as today.
// An event of an older release, that another one was made of, is let through.
func eventFields(b *Batch, _ *History) string {
	for i, e := range b.Events {
		if i >= len(b.Records) || e.EventType() != b.Records[i].Type {
			continue
		}
		text, err := json.Marshal(e)
		if err != nil {
			return err.Error()
		}
		var is, want any
		if err := json.Unmarshal(b.Records[i].Data, &is); err != nil {
			return err.Error()
		}
		if err := json.Unmarshal(text, &want); err != nil {
			return err.Error()
		}
		if path := surplus(is, want); path != "" {
			return fmt.Sprintf("%s has no field %.100s", e.EventType(), path)
		}
	}
	return ""
}

// surplus returns the path of the first field that is in is, not empty, and not in want.
func surplus(is, want any) string {
	switch is := is.(type) {
	case map[string]any:
		w, ok := want.(map[string]any)
		for name, v := range is {
			if _, has := w[name]; !ok || !has {
				if v == nil || reflect.ValueOf(v).IsZero() || v == "0001-01-01T00:00:00Z" {
					continue
				}
				return name
			}
			if path := surplus(v, w[name]); path != "" {
				return name + "." + path
			}
		}
	case []any:
		w, _ := want.([]any)
		for i, v := range is {
			if i >= len(w) {
				return fmt.Sprint(i)
			}
			if path := surplus(v, w[i]); path != "" {
				return fmt.Sprintf("%d.%s", i, path)
			}
		}
	}
	return ""
}

// ofOthers are events that hold words or names of whom they are about: who
// records them is somebody else.
var ofOthers = []string{
	"briefing.participant_registered", "briefing.statement_delivered", "secondment.person_named", "submission.recorded",
}

func wordsOwner(b *Batch, _ *History) string {
	if b.broken || b.garbled != "" {
		return ""
	}
	a := b.Meta.Actor
	mine := []domain.ID{a.For(), a.Person, b.Owner, b.Owned, b.id()}
	for _, e := range b.Events {
		if slices.Contains(ofOthers, e.EventType()) {
			continue
		}
		for _, p := range personal(reflect.ValueOf(e), nil) {
			if p.Of != "" && !slices.Contains(mine, p.Of) {
				return fmt.Sprintf("%s holds words of %.100q, recorded by %s", e.EventType(), p.Of, actor(a))
			}
		}
	}
	may := b.allowed()
	others := func(c domain.Command) bool { return !domain.OwnersOnly(b.by(c)) }
	if b.From == "" && b.Owned != "" && b.Owned != domain.Nobody && len(may) > 0 && !b.system() && !slices.ContainsFunc(may, others) && b.Owned != a.For() {
		return fmt.Sprintf("it belongs to %.100q, and was sent by %s", b.Owned, actor(a))
	}
	return ""
}

// personal lists all personal text in a value.
func personal(v reflect.Value, all []domain.Personal) []domain.Personal {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return personal(v.Elem(), all)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return all
		}
		for i := range v.Len() {
			all = personal(v.Index(i), all)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			all = personal(it.Value(), all)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[domain.Personal]() {
			return append(all, v.Interface().(domain.Personal))
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				all = personal(v.Field(i), all)
			}
		}
	}
	return all
}

func subjectStream(b *Batch, _ *History) string {
	for _, e := range b.Events {
		switch b.category() {
		case person.Decider.Category, credential.Decider.Category:
		default:
			return ""
		}
		v := reflect.ValueOf(e)
		if f := v.FieldByName("Person"); f.IsValid() && f.Type() == reflect.TypeFor[domain.ID]() && domain.ID(f.String()) != b.id() {
			return fmt.Sprintf("%s is about %.100q", e.EventType(), f.String())
		}
		if e, ok := e.(credential.GrantProposed); ok && e.Officer != b.Meta.Person {
			return fmt.Sprintf("it says that %.100q proposed it, and %s did", e.Officer, actor(b.Meta.Actor))
		}
		if e, ok := e.(credential.Requested); ok && b.Meta.Person != b.id() {
			return fmt.Sprintf("%s asked for a credential of %s", actor(b.Meta.Actor), e.Person)
		}
	}
	return ""
}

func eyesFour(b *Batch, h *History) string {
	if b.system() || b.broken {
		return ""
	}
	who := b.Meta.Person
	for _, e := range b.Events {
		switch e := e.(type) {
		case credential.Granted:
			if e.Person == who {
				return fmt.Sprintf("%s granted a credential to themselves", who)
			}
			if !credential.TakesTwo(e.Capacity) {
				continue
			}
			p, ok := h.proposal(b.id(), domain.Holding{Entity: e.Entity, Capacity: e.Capacity})
			if !ok || p.Officer == who {
				return fmt.Sprintf("%s granted %s alone", who, e.Capacity)
			}
		case person.IdentityVerified:
			if b.id() == who {
				return fmt.Sprintf("%s verified their own identity", who)
			}
		case importing.RetractionProposed:
			if e.Officer != who {
				return fmt.Sprintf("it says that %.100q proposed it, and %s did", e.Officer, who)
			}
		case importing.Retracted:
			if h.proposers[b.id()] == who {
				return fmt.Sprintf("%s retracted an import alone", who)
			}
		case entity.AdministratorNamed:
			if e.Person == who && b.Meta.Capacity == domain.Secretariat {
				return fmt.Sprintf("%s named themselves", who)
			}
		}
	}
	return ""
}

// proposal returns what another officer proposed before.
func (h *History) proposal(id domain.ID, of domain.Holding) (credential.Proposal, bool) {
	all := h.held[id]
	if len(all) == 0 {
		return credential.Proposal{}, false
	}
	p, ok := all[len(all)-1].state.Proposals[of]
	return p, ok
}
