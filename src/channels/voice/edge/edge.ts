/** The edge: what stands in front of the nodes and spreads SIP over them. */

/** A node as the edge knows it: by where it takes SIP. */
export type EdgeNode = Readonly<{ sip: Readonly<{ host: string; port: number }>; takesNewCalls: boolean }>

export type Edge = Readonly<{
  /**
   * Which nodes get new calls and registrations. Told over and over, so that an edge that began anew knows as well; whether a
   * node can be reached the edge finds out by itself.
   * @throws Error when the edge does not take it
   */
  spreadOver(nodes: readonly EdgeNode[]): Promise<void>
}>
