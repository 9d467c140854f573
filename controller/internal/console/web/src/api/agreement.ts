import type { components } from "../../.generated/api";
import type { Claim } from "./fleet";
import type {
  Cluster,
  Grant,
  Me,
  Media,
  MediaPatch,
  Person,
  Play,
  Screen,
  ScreenState,
  Token,
  Unit,
  UploadResult,
  Watch,
} from "./types";

type Server = components["schemas"];

/** Any text for the words of a closed list: the document does not close every list that the server keeps. */
type Loose<T> = T extends string
  ? string
  : T extends (infer U)[]
    ? Loose<U>[]
    : T extends object
      ? { [K in keyof T]: Loose<T[K]> }
      : T;

/** Fails to compile when what the server answers is not what the console takes it for. */
type Answers<From extends Loose<To>, To> = [From, To];
/** Fails to compile when the server would not take what the console sends. */
type Asks<From extends Loose<To>, To> = [From, To];

export type Agreement = [
  Answers<Loose<Server["Me"]>, Me>,
  Answers<Loose<Server["Grant"]>, Grant>,
  Answers<Loose<Server["Media"]>, Media>,
  Answers<Loose<Server["Person"]>, Person>,
  Answers<Loose<Server["Unit"]>, Unit>,
  Answers<Loose<Server["Token"]>, Token>,
  Answers<Loose<Server["UploadResult"]>, UploadResult>,
  Answers<Loose<Server["Cluster"]>, Cluster>,
  Answers<Loose<Server["Screen"]>, Screen>,
  Answers<Loose<Server["Play"]>, Play>,
  Answers<Loose<Server["View"]>, ScreenState>,
  Answers<Loose<Server["Watch"]>, Watch>,
  Asks<Loose<Claim>, Server["Claim-screenRequest"]>,
  Asks<Loose<MediaPatch>, Server["MediaEdit"]>,
];
