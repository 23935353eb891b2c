// Package demo records the founding example: the Network's briefing of
// 4 March 2020, and an open consultation with contributions that are made up.
//
// Everything goes through commands as anybody else's does. Every command has
// a key of its own, so that recording the demo again records nothing, and an
// interrupted one is completed.
package demo

import (
	"context"
	"fmt"

	"github.com/rapporteur-project/rapporteur/app"
	"github.com/rapporteur-project/rapporteur/domain"
	"github.com/rapporteur-project/rapporteur/domain/entity"
)

// A Person is somebody of the demo, with a development token.
type Person struct {
	Name     string // for rapporteur token --as
	For      string // whom they act for, in words
	Capacity domain.Capacity

	entity func(*recorder) domain.ID
}

// People lists the demo's persons, of each kind one or two.
var People = []Person{
	{"ngo", "Open Doors Forum", domain.Stakeholder, (*recorder).forum},
	{"ngo2", "Harbour Lights", domain.Stakeholder, (*recorder).harbour},
	{"slv-mission", "El Salvador", domain.StateMission, stateOf("SLV")},
	{"slv-focal", "El Salvador", domain.StateFocalPoint, stateOf("SLV")},
	{"prt-mission", "Portugal", domain.StateMission, stateOf("PRT")},
	{"secretariat", "the secretariat", domain.Secretariat, (*recorder).secretariat},
	{"secretariat2", "the secretariat", domain.Secretariat, (*recorder).secretariat},
	{"editor", "the secretariat", domain.Editor, (*recorder).secretariat},
	{"editor2", "the secretariat", domain.Editor, (*recorder).secretariat},
	{"moderator", "the secretariat", domain.Moderator, (*recorder).secretariat},
	{"appeal", "the secretariat", domain.AppealReviewer, (*recorder).secretariat},
	{"protection", "the secretariat", domain.Protection, (*recorder).secretariat},
	{"coordinator", "the secretariat", domain.Coordinator, (*recorder).secretariat},
	{"fund", "the secretariat", domain.FundManagement, (*recorder).secretariat},
	{"committee", "the secretariat", domain.CommitteeMember, (*recorder).secretariat},
	{"auditor", "the secretariat", domain.Auditor, (*recorder).secretariat},
}

// Record records the demo. person gives the id of a person by name.
func Record(ctx context.Context, a *app.App, person func(name string) domain.ID) error {
	if err := a.Bootstrap(ctx, person("secretariat")); err != nil {
		return err
	}
	r := &recorder{ctx: ctx, app: a, person: person}
	r.entities()
	r.people()
	r.groups()
	r.briefing()
	r.champions()
	r.secondments()
	r.commitments()
	r.consultations()
	r.contributions()
	return r.err
}

// A recorder sends the demo's commands one after the other, and stops at the
// first that fails.
type recorder struct {
	ctx    context.Context
	app    *app.App
	person func(string) domain.ID
	err    error
}

// do sends a command as a person of the demo. The key names the command within
// the demo and must never be used for another.
func do[C domain.Command, S any, E domain.Event](r *recorder, a *app.Aggregate[C, S, E], target domain.ID, c C, who, key string) domain.ID {
	if r.err != nil {
		return ""
	}
	res, err := a.Do(r.ctx, target, c, r.by(who, key))
	if err != nil {
		r.err = fmt.Errorf("demo: %s by %s: %w", key, who, err)
	}
	return res.ID
}

// system is who sends what configuration would: no person does.
const system = ""

func (r *recorder) by(who, key string) app.Caller {
	if who == system {
		return app.Caller{System: true, Key: "demo: " + key}
	}
	return app.Caller{Person: r.person(who), Key: "demo: " + key}
}

func en(text string) domain.Text { return domain.Text{Language: "en", Value: text} }

// entityOf returns the id of an entity of the demo by its key.
func (r *recorder) entityOf(key string) domain.ID {
	return r.app.Created(entity.Decider.Prefix, entity.Decider.Category, r.by(system, "propose "+key))
}

func (r *recorder) forum() domain.ID       { return r.entityOf("forum") }
func (r *recorder) harbour() domain.ID     { return r.entityOf("harbour") }
func (r *recorder) secretariat() domain.ID { return r.app.Secretariat() }

func stateOf(code string) func(*recorder) domain.ID {
	return func(r *recorder) domain.ID { return r.app.StateEntity(code) }
}

// entities are those that the briefing names, and two stakeholders made up.
func (r *recorder) entities() {
	for _, e := range []struct {
		key, name, acronym, code string
		kind                     entity.Kind
	}{
		{"SLV", "El Salvador", "", "SLV", entity.Country},
		{"PRT", "Portugal", "", "PRT", entity.Country},
		{"network", "United Nations Network on Migration", "UNNM", "", entity.UNEntity},
		{"iom", "International Organization for Migration", "IOM", "", entity.UNEntity},
		{"ohchr", "Office of the United Nations High Commissioner for Human Rights", "OHCHR", "", entity.UNEntity},
		{"ilo", "International Labour Organization", "ILO", "", entity.UNEntity},
		{"unhcr", "Office of the United Nations High Commissioner for Refugees", "UNHCR", "", entity.UNEntity},
		{"unicef", "United Nations Children's Fund", "UNICEF", "", entity.UNEntity},
		{"platform", "Core Working Group on the Global Knowledge Platform and Connection Hub", "", "", entity.WorkingGroup},
		{"support", "Core Working Group on national and regional support", "", "", entity.WorkingGroup},
		{"forum", "Open Doors Forum (made up)", "", "", entity.Stakeholder},
		{"harbour", "Harbour Lights (made up)", "", "", entity.MigrantGroup},
	} {
		c := entity.Propose{Kind: e.kind, Name: en(e.name), Acronym: e.acronym, Code: e.code}
		id := do(r, r.app.Entities, r.app.EntityTarget(c), entity.Command(c), system, "propose "+e.key)
		if e.key != "harbour" { // an informal group takes part without being recognised
			do(r, r.app.Entities, id, entity.Command(entity.Recognise{}), system, "recognise "+e.key)
		}
	}
}

// people registers the demo's persons and grants what they hold.
func (r *recorder) people() {
	for _, p := range People {
		if r.err == nil {
			r.err = r.app.Appoint(r.ctx, r.person(p.Name), p.Name, p.entity(r), p.Capacity)
		}
	}
}
