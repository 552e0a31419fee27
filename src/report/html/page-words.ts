/** Sentences of the page that are the same for every image: its program has room for those alone that it makes itself. */
export const PAGE_WORDS = {
  search: 'Search in names, packages and fixes',
  counted: 'no byte counted twice. Uncompressed, as all sizes here.',
  choose: 'Show only this in all views',
  compared: 'The files are compared.',
  lines: 'The lines of the Dockerfile, with what their layers weigh',
  flows: 'Which layer wrote the bytes, and which hid them',
  unlisted: 'is of layers whose files the snapshots do not list: those of the base images.',
  dropOther: 'is read. Drop the one to compare it with.',
  noLayers: 'There is nothing to show: the image has no layers.',
  noDockerfile: 'The text of the Dockerfile is not here: these are the layers, lowest first.',
  size: 'Uncompressed bytes of the files in its layer',
  delta: 'Against the layer that the base has in its place',
  waste: 'Bytes that the final filesystem does not show',
  pull: "What a machine with the base's image downloads of it",
  time: 'What the build took',
  noPackage: 'No package has all of this. Choose other layers, or search for less.',
  noWaste: 'None of these layers wrote or hid wasted bytes.',
  noTicks: 'Tick fixes to see what the image weighs with them.',
  manySavers: 'How much each saves alone only a build can tell.',
  clash:
    'Make one of these, build, and take the next report: they change the same lines, and the report does not have them together:',
  unpatched: 'Without a patch, to be made by hand:',
  hidden: 'Left out, as the lines hold characters that nobody sees:',
  bars: 'Bars are as long as the steps took. BuildKit does not tell when a step began, and runs several at once.',
  drop: 'Drop two files here, the older one first: snapshots, or reports that --json wrote.',
  readHere: 'They are read in this page, and go nowhere.',
  noPaths: 'Paths are compared of two snapshots: reports do not list their files.',
  noPackages: 'One of the two does not know its packages.',
} as const;

export type PageWords = Readonly<Record<keyof typeof PAGE_WORDS, string>>;
