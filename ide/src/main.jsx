// The page at /ide: GraphiQL, with a place for a token and the examples.
import { HISTORY_PLUGIN } from '@graphiql/plugin-history'
import { GraphiQL } from 'graphiql'
import 'graphiql/style.css'
import { buildSchema } from 'graphql'
import { createRoot } from 'react-dom/client'
import { fetcher } from './connection.js'
import { Examples, examplesPlugin, read } from './examples.jsx'
import './page.css'
import { TokenForm } from './token.jsx'

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(`/ide/${{ graphql: 'graphql', json: 'json' }[label] ?? 'editor'}.worker.js`, { name: label }),
}

const welcome = `# What is public needs no token. Run this: Ctrl-Enter, or the button.
query Welcome {
  briefing(date: "2020-03-04") {
    id
    title {
      original {
        value
      }
    }
    outcomes {
      id
      text {
        original {
          value
        }
      }
    }
  }
}
`

// What is written here is kept for this tab, until it is closed: it may be
// somebody's contribution.
const storage = {
  getItem: key => sessionStorage.getItem(key),
  setItem: (key, value) => sessionStorage.setItem(key, value),
  removeItem: key => sessionStorage.removeItem(key),
  clear: () => sessionStorage.clear(),
  get length() { return sessionStorage.length },
}

const plugins = [examplesPlugin, HISTORY_PLUGIN]

function Page({ schema, examples }) {
  return (
    <Examples value={examples}>
      <header>
        <div>
          <h1>Rapporteur</h1>
          <p>
            Ask the record. Choose an example, run it with <kbd>Ctrl</kbd> <kbd>Enter</kbd>; <kbd>Ctrl</kbd> <kbd>M</kbd> lets <kbd>Tab</kbd> leave an editor.
            All there is to ask: <a href="/schema.graphql">the schema</a>. What is in this page: <a href="/ide/licences.txt">licences</a>.
          </p>
        </div>
        <TokenForm />
      </header>
      <main>
        <GraphiQL
          fetcher={fetcher} schema={schema} storage={storage} plugins={plugins} visiblePlugin={examplesPlugin}
          defaultQuery={welcome} defaultEditorToolsVisibility="variables" isHeadersEditorEnabled={false} showPersistHeadersSettings={false}
        >
          <GraphiQL.Logo>{' '}</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </Examples>
  )
}

const [schema, files] = await Promise.all([
  fetch('/schema.graphql').then(response => response.text()),
  fetch('/ide/examples.json').then(response => response.json()),
])
createRoot(document.getElementById('page')).render(<Page schema={buildSchema(schema)} examples={read(files)} />)
