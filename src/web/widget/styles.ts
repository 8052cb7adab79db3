/**
 * The widget's own style sheet, for its shadow alone. A site's rules for every element reach the host, and would be inherited:
 * what is inside begins anew. Colours are tokens: `--accent` comes from the widget's settings, and a
 * site may set `--centralita-accent`, `--centralita-font` and `--centralita-radius` anywhere above it.
 */
export const styles = `
:host { --a: var(--centralita-accent, var(--accent, #0f766e)); --r: var(--centralita-radius, 16px);
  --paper: #fff; --wash: #f6f4f0; --ink: #1d2530; --soft: #55606c; --line: #e7e3dc; --late: #b42318;
  color-scheme: light; }
:host([data-theme=dark]) { --paper: #1a1f26; --wash: #242b33; --ink: #e8ecf1; --soft: #a9b3be; --line: #323a44; --late: #f58a7d;
  color-scheme: dark; }
@media (prefers-color-scheme: dark) { :host([data-theme=auto]) { --paper: #1a1f26; --wash: #242b33; --ink: #e8ecf1;
  --soft: #a9b3be; --line: #323a44; --late: #f58a7d; color-scheme: dark; } }
* { box-sizing: border-box; }
.all { all: initial; font: 15px/1.45 var(--centralita-font, Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif); color: var(--ink);
  position: fixed; z-index: 2147483000; inset: auto 20px 20px auto; }
:host([data-side=left]) .all { inset: auto auto 20px 20px; }
button, input, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; padding: 0; }
button:disabled { opacity: .5; cursor: default; }
:focus-visible { outline: 2px solid var(--a); outline-offset: 2px; }
svg { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round;
  display: block; }
.launch { width: 60px; height: 60px; border-radius: 50%; background: var(--a); color: var(--on); display: grid; place-items: center;
  box-shadow: 0 8px 24px -8px rgb(15 30 40 / 45%); transition: transform .15s; }
.launch:hover { transform: scale(1.05); }
.dotted { stroke-width: 3.2; }
.launch svg { width: 28px; height: 28px; }
.badge { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; border-radius: 11px; padding: 0 6px; background: var(--late);
  color: #fff; font-size: 12px; font-weight: 600; line-height: 22px; text-align: center; }
.panel { width: 380px; height: min(640px, calc(100dvh - 40px)); background: var(--paper); border-radius: var(--r); overflow: hidden;
  display: flex; flex-direction: column; box-shadow: 0 0 0 1px var(--line), 0 24px 56px -20px rgb(15 30 40 / 45%); animation: rise .18s ease-out; }
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
@media (prefers-reduced-motion: reduce) { .panel, .launch, .dots i { animation: none; transition: none; } }
header { display: flex; align-items: center; gap: 12px; padding: 14px 12px 14px 18px; background: var(--a); color: var(--on); }
header h2 { margin: 0; font-size: 16px; font-weight: 600; line-height: 1.25; }
header p { margin: 2px 0 0; font-size: 13px; line-height: 1.3; }
header > div { flex: 1; min-width: 0; }
.icon { width: 40px; height: 40px; border-radius: 10px; display: grid; place-items: center; flex: none; }
header .icon:hover { background: rgb(255 255 255 / 16%); }
header :focus-visible { outline-color: var(--on); }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 18px 16px 8px; display: flex; flex-direction: column; gap: 4px; }
.log > :first-child { margin-top: auto; }
.line { max-width: 84%; display: flex; flex-direction: column; align-items: flex-start; }
.line.mine { align-self: flex-end; align-items: flex-end; }
.who { font-size: 12px; color: var(--soft); margin: 10px 4px 3px; }
.bubble { padding: 9px 13px; border-radius: 14px; background: var(--wash); white-space: pre-wrap; overflow-wrap: anywhere; }
.mine .bubble { background: var(--a); color: var(--on); }
.note { align-self: center; text-align: center; font-size: 13px; color: var(--soft); padding: 8px 12px; max-width: 90%; }
.mark { font-size: 12px; color: var(--soft); margin: 3px 4px 0; }
.choices { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 4px; }
.choice { border: 1px solid var(--a); border-radius: 999px; padding: 7px 14px; min-height: 38px; color: var(--ink); background: var(--paper); }
.choice:hover:not(:disabled) { background: var(--a); color: var(--on); }
.file { display: flex; align-items: center; gap: 10px; border: 1px solid var(--line); border-radius: 12px; padding: 8px 12px; margin-top: 4px;
  text-align: left; max-width: 100%; background: var(--paper); }
.file:hover { border-color: var(--a); }
.file b { font-weight: 500; display: block; overflow-wrap: anywhere; }
.file small { color: var(--soft); font-size: 12px; }
.file canvas { max-width: 220px; max-height: 160px; border-radius: 8px; display: block; }
.dots { display: inline-flex; gap: 4px; padding: 13px; }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--soft); animation: beat 1.2s infinite; }
.dots i:nth-child(2) { animation-delay: .15s; } .dots i:nth-child(3) { animation-delay: .3s; }
@keyframes beat { 30% { transform: translateY(-4px); } 60% { transform: none; } }
.ways { display: flex; flex-wrap: wrap; gap: 6px 16px; padding: 6px 16px 8px; }
.way { color: var(--ink); font-size: 13px; text-decoration: underline; text-underline-offset: 3px; text-decoration-color: var(--a); min-height: 28px; }
.composer { display: flex; align-items: flex-end; gap: 4px; padding: 8px; border-top: 1px solid var(--line); }
::placeholder { color: var(--soft); opacity: 1; }
textarea { flex: 1; resize: none; border: 0; background: none; padding: 9px 4px; max-height: 120px; min-height: 40px; outline-offset: 0; border-radius: 8px; }
.composer textarea:focus-visible { outline: none; }
.composer:focus-within { box-shadow: inset 0 2px 0 var(--a); }
.composer .icon { color: var(--soft); }
.composer .icon:hover { background: var(--wash); }
.composer .go { background: var(--a); color: var(--on); }
.composer .go:hover { background: var(--a); filter: brightness(1.08); }
form.sheet, .sheet { padding: 18px; display: flex; flex-direction: column; gap: 12px; overflow-y: auto; }
.sheet p { margin: 0; }
label { display: flex; flex-direction: column; gap: 5px; font-size: 13px; color: var(--soft); }
.sheet input, .sheet textarea { border: 1px solid #8d8a83; border-radius: 10px; padding: 9px 12px; background: var(--paper); color: var(--ink); font-size: 15px;
  min-height: 42px; flex: none; }
.sheet textarea { min-height: 96px; }
.main { background: var(--a); color: var(--on); border-radius: 10px; padding: 10px 16px; font-weight: 600; min-height: 44px; }
.plain { color: var(--soft); min-height: 40px; }
.row { display: flex; gap: 8px; justify-content: flex-end; align-items: center; }
.ask { border-top: 1px solid var(--line); padding: 12px 16px; font-size: 13px; display: flex; gap: 12px; align-items: center; }
.ask span { flex: 1; } .ask button { font-weight: 600; min-width: 40px; min-height: 36px; }
.problem { color: var(--late); font-size: 13px; padding: 4px 16px; margin: 0; }
.call { border-bottom: 1px solid var(--line); padding: 12px 16px; display: flex; flex-direction: column; gap: 10px; background: var(--wash); }
.call .row { justify-content: space-between; }
.keys { display: grid; grid-template-columns: repeat(6, 1fr); gap: 6px; }
.keys button { min-height: 40px; border-radius: 8px; background: var(--paper); border: 1px solid var(--line); }
.end { background: var(--late); color: #fff; border-radius: 999px; padding: 8px 16px; font-weight: 600; }
:host([data-theme=dark]) .end { color: #1a1f26; }
.menu { position: absolute; right: 12px; top: 60px; background: var(--paper); border-radius: 12px; padding: 6px; z-index: 1;
  box-shadow: 0 0 0 1px var(--line), 0 16px 32px -16px rgb(15 30 40 / 45%); display: flex; flex-direction: column; }
.menu button { text-align: left; padding: 10px 14px; border-radius: 8px; min-height: 44px; }
.menu button:hover { background: var(--wash); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
@media (max-width: 480px) {
  .all.open, :host([data-side=left]) .all.open { inset: 0; }
  .panel { width: 100%; height: 100dvh; border-radius: 0; }
  .sheet input, textarea { font-size: 16px; }
}
`
