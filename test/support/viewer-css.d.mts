/** Whether the prebuilt viewer is fetched. */
export function hasViewerCss(): boolean;
/** The stylesheets of the prebuilt viewer, joined; undefined while it is not fetched. */
export function viewerCss(): Promise<string | undefined>;
