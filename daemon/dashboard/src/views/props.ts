// What every view is given: the names in its address.
export interface ViewProps { params: Record<string, string> }
