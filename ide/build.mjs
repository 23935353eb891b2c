// Builds the page into dist/: build.mjs [--check]. With --check it writes nothing
// and fails when dist/ is not what the sources make. The same sources and lock
// file make the same bytes on any machine.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')

// Monaco's modules bring their styles, which GraphiQL's have already.
const styledOnce = {
  name: 'styled once',
  setup: b => b.onLoad({ filter: /monaco-editor\/esm\/.*\.css$/ }, () => ({ contents: '', loader: 'css' })),
}

// The page is set in the system's fonts, and so brings none but the icons'.
const systemFonts = {
  name: 'system fonts',
  setup: b => b.onLoad({ filter: /graphiql\/dist\/style\.css$/ }, ({ path }) => ({
    contents: readFileSync(path, 'utf8').replace(/@font-face\s*\{[^}]*\}/g, face => (/codicon/.test(face) ? face : '')),
    loader: 'css',
  })),
}

// A tab holds a button to show and one to close it, which a tab must not for
// those who listen to the page. They are a list whose current entry is marked.
const listOfTabs = {
  name: 'list of tabs',
  setup: b => b.onLoad({ filter: /@graphiql\/react\/dist\/components\/tabs\/index\.js$|\/graphiql\/dist\/GraphiQL\.js$/ }, ({ path }) => {
    const changes = path.endsWith('GraphiQL.js')
      ? [['role: "tabpanel"', 'role: "region"']]
      : [['role: "tab",', ''], ['role: "tablist",', ''], ['"aria-selected": isActive', '"aria-current": isActive || undefined']]
    return { contents: changes.reduce((text, [from, to]) => replaced(text, from, to), readFileSync(path, 'utf8')), loader: 'js' }
  }),
}

// replaced makes sure that a newer package still has what is replaced.
function replaced(text, from, to) {
  if (text.split(from).length !== 2) throw new Error(`${from} does not stand there once`)
  return text.replace(from, to)
}

const common = {
  absWorkingDir: here,
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  loader: { '.ttf': 'dataurl' },
  logLevel: 'warning',
  metafile: true,
  minify: true,
  outdir: 'dist',
  plugins: [styledOnce, systemFonts, listOfTabs],
  target: ['chrome109', 'firefox115', 'safari16.4'],
  write: false,
}

const [page, workers] = await Promise.all([
  build({ ...common, entryPoints: { main: 'src/main.jsx' }, format: 'esm', jsx: 'automatic', splitting: true, chunkNames: 'chunk-[hash]' }),
  build({
    ...common,
    entryPoints: {
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    },
    format: 'iife',
  }),
])

const made = new Map([...page.outputFiles, ...workers.outputFiles].map(f => [basename(f.path), Buffer.from(f.contents)]))
for (const name of ['page.html', 'icon.svg']) made.set(name, readFileSync(join(here, 'src', name)))
for (const name of made.keys()) if (name.endsWith('.css') && name !== 'main.css') made.delete(name) // of chunks, which bring none

made.set('licences.txt', Buffer.from(licences(Object.keys({ ...page.metafile.inputs, ...workers.metafile.inputs }))))

// licences is what the packages in the page ask whoever passes them on to say.
function licences(files) {
  const folders = [...new Set(files.map(f => /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(f)?.[0]).filter(Boolean))].sort()
  return folders.map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(here, folder, 'package.json'), 'utf8'))
    const texts = readdirSync(join(here, folder)).filter(f => /^(licen[cs]e|notice|thirdpartynotices)(\.|$)/i.test(f))
    return [`${name} ${version} (${license})`, ...texts.map(f => readFileSync(join(here, folder, f), 'utf8').trim())].join('\n\n') + '\n'
  }).join(`\n${'-'.repeat(72)}\n\n`)
}

if (process.argv.includes('--check')) {
  const there = new Map(readdirSync(dist).map(name => [name.replace(/\.gz$/, ''), gunzipSync(readFileSync(join(dist, name)))]))
  const wrong = [...new Set([...made.keys(), ...there.keys()])].filter(name => !made.get(name)?.equals(there.get(name) ?? Buffer.of()))
  if (wrong.length) {
    console.error(`ide/dist is not what its sources make: ${wrong.sort().join(', ')}. Run make ide, look at the page, and git add ide/dist.`)
    process.exit(1)
  }
} else {
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(dist)
  for (const [name, contents] of made) writeFileSync(join(dist, `${name}.gz`), gzipSync(contents, { level: 9 }))
}
