// Rules for the schema that graphql-eslint does not have in the form needed.

// Clients keep what they read by its id, so one id must not stand for two
// things. Whatever has an id is therefore a Node, or stands here.
const known = {
  Viewer: 'the person who asks, and so the same id as that Person, on purpose',
  Question: 'a handle that no other question has',
  BriefingParticipant: 'an id like any other, though `node` does not find it',
  BriefingStatement: 'an id like any other, though `node` does not find it',
  BriefingPresentation: 'an id like any other, though `node` does not find it',
  BriefingWorkingGroupUpdate: 'an id like any other, though `node` does not find it',
  BriefingIntervention: 'an id like any other, though `node` does not find it',
  BriefingIssue: 'an id like any other, though `node` does not find it',
  BriefingConcern: 'an id like any other, though `node` does not find it',
  BriefingAppreciation: 'an id like any other, though `node` does not find it',
  BriefingAnswer: 'an id like any other, though `node` does not find it',
  BriefingOutcome: 'an id like any other, though `node` does not find it',
  BriefingFollowUp: 'an id like any other, though `node` does not find it',
}

const idNamesOneThing = {
  meta: { type: 'problem', schema: [] },
  create: context => ({
    'ObjectTypeDefinition > FieldDefinition[name.value=id]'(field) {
      const type = field.parent
      if (known[type.name.value] || type.interfaces.some(i => i.name.value === 'Node')) return
      context.report({
        node: field,
        message: `${type.name.value} has an id and is no Node. If the id is that of something else, name the field after that, such as personId; if no two things have it, say so in e2e/schema/rules.mjs.`,
      })
    },
  }),
}

// The arguments of @deprecated are the specification's, so the date stands in
// the reason. `make check` allows what is past its date to be removed.
export const removal = /\bRemoved after (\d{4}-\d\d-\d\d)\.$/

const deprecationDate = {
  meta: { type: 'problem', schema: [] },
  create: context => ({
    'Directive[name.value=deprecated]'(directive) {
      const reason = directive.arguments.find(a => a.name.value === 'reason')?.value.value ?? ''
      const date = removal.exec(reason)?.[1]
      if (date && !Number.isNaN(Date.parse(date))) return
      context.report({ node: directive, message: 'Say what to use instead and until when it stays, so: @deprecated(reason: "Use `symbol`. Removed after 2027-06-30.")' })
    },
  }),
}

export default { rules: { 'id-names-one-thing': idNamesOneThing, 'deprecation-date': deprecationDate } }
