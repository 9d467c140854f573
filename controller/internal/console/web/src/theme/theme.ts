import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** Border-marker red: the single accent. 6 is the marker's own #c8102e. */
const marker: MantineColorsTuple = [
  "#fdf1f2",
  "#fae0e3",
  "#f2b8bf",
  "#e98a96",
  "#e06273",
  "#d83f53",
  "#c8102e",
  "#ab0d27",
  "#8d0b20",
  "#6d0818",
];

/** Granite: neutrals with a trace of warmth, in place of Mantine's blue greys. */
const gray: MantineColorsTuple = [
  "#faf9f8",
  "#f4f3f1",
  "#eae8e5",
  "#dedbd7",
  "#c9c5bf",
  "#aba69f",
  "#857f78",
  "#635e58",
  "#45413d",
  "#262421",
];

const dark: MantineColorsTuple = [
  "#ebe8e4",
  "#cdc9c3",
  "#a8a39c",
  "#7d7871",
  "#4b4742",
  "#393632",
  "#2b2926",
  "#1c1b19",
  "#151412",
  "#0e0d0c",
];

export const theme = createTheme({
  colors: { marker, gray, dark },
  primaryColor: "marker",
  primaryShade: { light: 6, dark: 6 },
  white: "#ffffff",
  black: "#262421",
  fontFamily: '"Noto Sans", "Noto Sans Lao", system-ui, sans-serif',
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, monospace",
  fontSizes: { xs: "12px", sm: "14px", md: "15px", lg: "17px", xl: "20px" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.5", lg: "1.5", xl: "1.4" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "3px", sm: "5px", md: "8px", lg: "12px", xl: "20px" },
  defaultRadius: "sm",
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "22px", lineHeight: "32px" },
      h2: { fontSize: "16px", lineHeight: "24px" },
      h3: { fontSize: "14px", lineHeight: "20px" },
    },
  },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    // Room below the words: Vietnamese and Lao have marks there.
    InputWrapper: { styles: { label: { marginBottom: 3 }, description: { marginBottom: 4 } } },
    Button: { defaultProps: { size: "sm" } },
    Modal: { defaultProps: { centered: true, radius: "md", transitionProps: { duration: 120 } } },
    Drawer: { defaultProps: { position: "right", transitionProps: { duration: 140 } } },
    Tooltip: { defaultProps: { openDelay: 250, events: { hover: true, focus: true, touch: true } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: "md" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 36 } },
    Loader: { defaultProps: { type: "dots" } },
  },
});
