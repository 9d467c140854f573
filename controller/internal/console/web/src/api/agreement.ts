import type { components } from "../../.generated/api";
import type { AlertChannel, AlertChannelBody, AlertDelivery, AlertTried, DeadMan } from "./alerts";
import type { Brand, BrandChange } from "./brand";
import type { CharterDraft, CharterState, DraftBody } from "./charter";
import type { Claim } from "./fleet";
import type { Incident, IncidentCounts, IncidentDetail, MaintenanceWindow, Runbook } from "./incidents";
import type { Folder, MediaChange, MediaEdit, MediaOrder, MediaOutcome } from "./library";
import type { Verdict } from "./media";
import type { BulletinTemplate, Order, OrderWish, PreparedOrder, TakenOrder } from "./orders";
import type { Ceremony } from "./passkeys";
import type { PlanBody, SitePlan } from "./plan";
import type { Profile, Rendering } from "./profiles";
import type { ScanReport } from "./scans";
import type { ShiftAct, ShiftDesk, ShiftSheet } from "./shifts";
import type { Hand, Prepared, SigningCredential } from "./signing";
import type { NewSlide, Slide, SlideDraft, SlideEdit, SlidePicture, SlideTemplate } from "./slides";
import type { MediaTheme } from "./themes";
import type {
  AuditEntry,
  Captures,
  Cluster,
  Enrolment,
  Entry,
  EntryBody,
  Grant,
  Me,
  Media,
  MediaPatch,
  Person,
  Play,
  Playlist,
  PlaylistPut,
  PlaylistVersion,
  Preview,
  Publication,
  PublishPreview,
  Queue,
  Restored,
  Screen,
  ScreenState,
  Security,
  Slate,
  Token,
  Unit,
  UploadResult,
  Watch,
  Week,
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
  Answers<Loose<Server["Profile"]>, Profile>,
  Answers<Loose<Server["Rerendering"]>, Rendering>,
  Answers<Loose<Server["Person"]>, Person>,
  Answers<Loose<Server["Unit"]>, Unit>,
  Answers<Loose<Server["Token"]>, Token>,
  Answers<Loose<Server["Security"]>, Security>,
  Answers<Loose<Server["Enrolment"]>, Enrolment>,
  Answers<Server["Ceremony"], Ceremony>,
  Answers<Loose<Server["UploadResult"]>, UploadResult>,
  Answers<Loose<Server["Cluster"]>, Cluster>,
  Answers<Loose<Server["Screen"]>, Screen>,
  Answers<Loose<Server["Play"]>, Play>,
  Answers<Loose<Server["AuditEntry"]>, AuditEntry>,
  Answers<Loose<Server["View"]>, ScreenState>,
  Answers<Loose<Server["Watch"]>, Watch>,
  Answers<Loose<Server["Captures"]>, Captures>,
  Answers<Loose<Server["SitePlan"]>, SitePlan>,
  Asks<Loose<PlanBody>, Loose<Server["Draw-planRequest"]>>,
  Answers<Loose<Server["Restored"]>, Restored>,
  Answers<Loose<Server["Incident"]>, Incident>,
  Answers<Loose<Server["IncidentDetail"]>, IncidentDetail>,
  Answers<Loose<Server["IncidentCounts"]>, IncidentCounts>,
  Answers<Loose<Server["MaintenanceWindow"]>, MaintenanceWindow>,
  Answers<Loose<Server["Runbook"]>, Runbook>,
  Answers<Loose<Server["Queue"]>, Queue>,
  Answers<Loose<Server["Playlist"]>, Playlist>,
  Answers<Loose<Server["PlaylistVersion"]>, PlaylistVersion>,
  Answers<Loose<Server["Entry"]>, Entry>,
  Answers<Loose<Server["Week"]>, Week>,
  Answers<Loose<Server["Preview"]>, Preview>,
  Answers<Loose<Server["Slate"]>, Slate>,
  Answers<Loose<Server["PublishPreview"]>, PublishPreview>,
  Answers<Loose<Server["Publication"]>, Publication>,
  Answers<Loose<Server["CharterState"]>, CharterState>,
  Answers<Loose<Server["CharterDraft"]>, CharterDraft>,
  Answers<Loose<Server["SigningCredential"]>, SigningCredential>,
  Answers<Loose<Server["Prepared"]>, Prepared>,
  Answers<Loose<Server["Order"]>, Order>,
  Answers<Loose<Server["PreparedOrder"]>, PreparedOrder>,
  Answers<Loose<Server["TakenOrder"]>, TakenOrder>,
  Answers<Loose<Server["BulletinTemplate"]>, BulletinTemplate>,
  Asks<Loose<Hand>, Loose<Server["Hand"]>>,
  Asks<Loose<OrderWish>, Loose<Server["Prepare-orderRequest"]>>,
  Asks<Loose<DraftBody>, Loose<Server["DraftBodyBody"]>>,
  Asks<Loose<PlaylistPut>, Loose<Server["Save-playlistRequest"]>>,
  Asks<Loose<EntryBody>, Loose<Server["EntryBody"]>>,
  Asks<Loose<Omit<Verdict, "id" | "step">>, Loose<Server["VerdictBody"]>>,
  Asks<Loose<Claim>, Server["Claim-screenRequest"]>,
  Answers<Loose<Server["Slide"]>, Slide>,
  Asks<Loose<NewSlide>, Loose<Server["Make-slideRequest"]>>,
  Answers<Loose<Server["ScanReport"]>, ScanReport>,
  Answers<Loose<Server["SlidePicture"]>, SlidePicture>,
  Answers<Loose<Server["SlideTemplate"]>, Loose<SlideTemplate>>,
  Answers<Loose<Server["UnitBrand"]>, Brand>,
  Asks<Loose<BrandChange>, Loose<Server["Set-brandRequest"]>>,
  Asks<Loose<SlideDraft>, Loose<Server["Preview-slideRequest"]>>,
  Asks<Loose<SlideEdit>, Loose<Server["Edit-slideRequest"]>>,
  Asks<Loose<MediaPatch>, Server["MediaEdit"]>,
  Answers<Server["Theme"], MediaTheme>,
  Answers<Server["Folder"], Folder>,
  Answers<Server["MediaOrder"], MediaOrder>,
  Answers<Loose<Server["MediaOutcome"]>, MediaOutcome>,
  Answers<Loose<Server["EditOfMany"]>, MediaEdit>,
  Answers<Loose<Server["AlertChannel"]>, AlertChannel>,
  Answers<Loose<Server["AlertDelivery"]>, AlertDelivery>,
  Answers<Loose<Server["AlertTried"]>, AlertTried>,
  Answers<Server["DeadMan"], DeadMan>,
  Asks<Loose<AlertChannelBody>, Loose<Server["AlertChannelBody"]>>,
  Answers<Loose<Server["ShiftDesk"]>, ShiftDesk>,
  Answers<Loose<Server["ShiftSheet"]>, ShiftSheet>,
  Asks<Loose<ShiftAct>, Loose<Server["Write-shift-logRequest"]>>,
  Asks<Loose<MediaChange>, Loose<Server["MediaChange"]>>,
];
