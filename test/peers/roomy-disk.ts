/** Nobody is warned of a disk that is full by the bounds of the product: what a test sees doesn't depend on the machine's. */
export const roomyDisk = { DISK_LOW: '2MB', DISK_URGENT: '1MB' }
