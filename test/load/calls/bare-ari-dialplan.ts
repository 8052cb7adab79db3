/** The numbers that lead to it. */
export const bareAriDialplan = `
exten => bare-many,1,Stasis(bare,many)
 same => n,Hangup()
exten => bare-few,1,Stasis(bare,few)
 same => n,Hangup()
`
