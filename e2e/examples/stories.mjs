// Reads the examples as the page at /ide does, from files.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import * as graphql from 'graphql'
import { filled as fill, story as read } from '../../ide/src/story.mjs'

export function story(file) {
  return { name: basename(file, '.graphql'), ...read(graphql, readFileSync(file, 'utf8'), readVariables(file.replace(/graphql$/, 'json'))) }
}

function readVariables(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (err) {
    if (err.code === 'ENOENT') return {}
    throw err
  }
}

export function filled(variables, answers) {
  return fill(variables, answers, path => { throw new Error(`${path} is not in the answers`) })
}
