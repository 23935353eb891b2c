// The list of examples beside the editor.
import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import * as graphql from 'graphql'
import { createContext, use } from 'react'
import { answers } from './connection.js'
import { filled, story } from './story.mjs'

const groups = {
  visitor: 'A visitor, without a token',
  'civil-society': 'Civil society',
  migrant: 'A migrant, a defender of rights',
  state: 'A State',
  secretariat: 'The secretariat',
  protection: 'A protection officer',
  auditor: 'An auditor',
  operator: 'An operator',
}

export const Examples = createContext([])

// read turns what the server sends into groups of stories, in the order above.
export function read(files) {
  const stories = files.map(({ name, text, variables }) => ({ name, ...story(graphql, text, variables) }))
  return Object.entries(groups)
    .map(([prefix, title]) => ({ title, stories: stories.filter(s => s.name.startsWith(`${prefix}-`)) }))
    .filter(group => group.stories.length > 0)
}

function Icon() {
  return <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.8" aria-hidden="true"><path d="M4 5h16M4 10h10M4 15h16M4 20h10" /></svg>
}

function Panel() {
  const { addTab } = useGraphiQLActions()
  const queryEditor = useGraphiQL(state => state.queryEditor)
  const variableEditor = useGraphiQL(state => state.variableEditor)
  const open = operation => {
    const variables = filled(operation.variables, answers, (path, value) => value)
    addTab()
    queryEditor.setValue(`# As ${operation.as}.\n${operation.text}\n`)
    variableEditor.setValue(Object.keys(variables).length ? JSON.stringify(variables, null, 2) : '')
    queryEditor.focus()
  }
  return (
    <section aria-label="Examples" className="examples">
      <h2>Examples</h2>
      <p>Each opens in a tab. Send those of a story in order: what one answers, the next one uses.</p>
      {use(Examples).map(({ title, stories }) => (
        <section key={title}>
          <h3>{title}</h3>
          {stories.map(({ name, about, operations }) => (
            <div key={name} className="story">
              <p>{about}</p>
              <ol>
                {operations.map(operation => (
                  <li key={operation.name}>
                    <button type="button" onClick={() => open(operation)}>{operation.name}</button>
                    {' '}<small>as {operation.as}</small>
                  </li>
                ))}
              </ol>
            </div>
          ))}
        </section>
      ))}
    </section>
  )
}

export const examplesPlugin = { title: 'Examples', icon: Icon, content: Panel }
