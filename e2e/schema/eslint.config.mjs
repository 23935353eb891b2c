// What a schema and documents over it must keep: graphql-eslint's recommended
// and Relay sets, and what they leave out. Run from the folder that has
// schema.graphqls; a rule is changed or switched off for the reason beside it.
import graphql from '@graphql-eslint/eslint-plugin'
import own from './rules.mjs'

const language = { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'schema.graphqls', documents: 'docs/examples/*.graphql' } } }
const plugins = { '@graphql-eslint': graphql, own }

export default [
  {
    files: ['**/*.graphqls'],
    languageOptions: language,
    plugins,
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/require-description': ['error', {
        types: true, rootField: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true, DirectiveDefinition: true,
      }],
      '@graphql-eslint/require-nullable-fields-with-oneof': 'error',
      'own/deprecation-date': 'error',
      'own/id-names-one-thing': 'error',
      // A sentence stands in quotation marks, and paragraphs in a block.
      '@graphql-eslint/description-style': 'off',
      // Lists that nobody pages through, such as the options of a question, are
      // plain ones; and connections have `nodes` beside `edges`. What stands in
      // a list of something else alone, such as a search's hits, is no node.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
      // Values, payloads and refusals have no identity. That what has an id is
      // told apart by it, own/id-names-one-thing sees to.
      '@graphql-eslint/strict-id-in-types': 'off',
    },
  },
  {
    files: ['docs/examples/*.graphql'],
    languageOptions: language,
    plugins,
    rules: {
      ...graphql.configs['flat/operations-recommended'].rules,
      // The server's own limit; a connection takes three levels of it.
      '@graphql-eslint/selection-set-depth': ['error', { maxDepth: 12 }],
    },
  },
]
