/** The name and its mark: a ring that is open for whoever calls. */
import styles from './brand.module.css'

export function Brand() {
  return (
    <span className={styles.brand}>
      <i aria-hidden="true" />
      <span>Centralita</span>
    </span>
  )
}
