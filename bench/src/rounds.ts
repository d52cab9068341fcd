/**
 * Measures every subject once per round. Each round begins with another one, so that none is always first, and whatever
 * changes on the machine meanwhile meets all of them alike.
 * @returns The samples of each subject, in the order of the rounds.
 */
export async function measureInRounds<Subject>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject, round: number) => Promise<number>,
): Promise<ReadonlyMap<Subject, readonly number[]>> {
  const samples = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round += 1) {
    const first = round % subjects.length
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      samples.get(subject)?.push(await measure(subject, round))
    }
  }
  return samples
}
