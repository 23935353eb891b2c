// Says what a client of the last release would miss: diff.mjs RELEASED CURRENT
// [--all]. With --all it lists every change, and none of them is an error.
import { readFileSync } from 'node:fs'
import { CriticalityLevel, DiffRule, diff } from '@graphql-inspector/core'
import { buildASTSchema, Kind, parse, visit } from 'graphql'
import { removal } from './rules.mjs'

const [released, current, all] = process.argv.slice(2)
const today = new Date().toISOString().slice(0, 10)

// promised leaves out what the release said would be removed by now.
function promised(document) {
  const keep = node => {
    const reason = node.directives?.find(d => d.name.value === 'deprecated')?.arguments.find(a => a.name.value === 'reason')
    const date = removal.exec(reason?.value.value ?? '')?.[1]
    return date && date < today ? null : undefined
  }
  return visit(document, { FieldDefinition: keep, InputValueDefinition: keep, EnumValueDefinition: keep })
}

// What @reads and others like it say stands on the schema alone: whom the server
// answers what is for other tests. What clients write, such as @oneOf's inputs,
// is theirs.
function hidden(change, executable) {
  const name = /@(\w+)/.exec(change.path ?? '')?.[1]
  return change.type.startsWith('DIRECTIVE_') && name !== 'oneOf' && !executable.has(name)
}

const documents = [released, current].map(file => parse(readFileSync(file, 'utf8')))
const inDocuments = /^(QUERY|MUTATION|SUBSCRIPTION|FIELD|FRAGMENT_DEFINITION|FRAGMENT_SPREAD|INLINE_FRAGMENT|VARIABLE_DEFINITION)$/
const executable = new Set(documents.flatMap(d => d.definitions)
  .filter(d => d.kind === Kind.DIRECTIVE_DEFINITION && d.locations.some(l => inDocuments.test(l.value))).map(d => d.name.value))
const [from, to] = [promised(documents[0]), documents[1]].map(d => buildASTSchema(d))
const changes = (await diff(from, to, [DiffRule.safeUnreachable, DiffRule.ignoreDescriptionChanges]))
  .filter(change => !hidden(change, executable))

const names = { [CriticalityLevel.Breaking]: 'breaks clients', [CriticalityLevel.Dangerous]: 'may surprise', [CriticalityLevel.NonBreaking]: 'harmless' }
const said = all ? changes : changes.filter(change => change.criticality.level === CriticalityLevel.Breaking)
for (const change of said) console.log(`${names[change.criticality.level]}: ${change.path ?? 'schema'}: ${change.message}`)
if (said.length && !all) {
  console.error(`
${current} breaks clients of the last release, ${released}. Put back what is gone and deprecate it,
with what to use instead and when it goes, so: @deprecated(reason: "Use \`symbol\`. Removed after 2027-06-30.");
after that day it may go. If the next release is to break clients all the same, say so in CHANGELOG.md and record
the schema as released: make release-schema.`)
  process.exit(1)
}
