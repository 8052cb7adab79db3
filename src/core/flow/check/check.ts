/** Everything that can be known to be wrong with a flow before it answers anybody. */
import type { Finding } from '../finding.ts'
import { byPosition } from '../finding.ts'
import type { Script } from '../script.ts'
import { checkAssignments } from './assignments.ts'
import { checkChoices } from './choices.ts'
import { checkDeclarations } from './declarations.ts'
import { checkDestinations } from './destinations.ts'
import type { Directory } from './directory.ts'
import { checkDirectory } from './directory.ts'
import { checkStructure } from './structure.ts'
import { checkWaysOut } from './ways-out.ts'

export type { Directory } from './directory.ts'

/** In the order of the file. */
export function check(script: Script, directory: Directory = {}): Finding[] {
  return [
    ...checkStructure(script),
    ...checkWaysOut(script),
    ...checkDeclarations(script),
    ...checkAssignments(script),
    ...checkChoices(script),
    ...checkDestinations(script),
    ...checkDirectory(script, directory),
  ].sort(byPosition)
}
