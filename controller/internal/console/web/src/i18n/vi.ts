const files = import.meta.glob<Record<string, string>>("./vi/*.json", { eager: true, import: "default" });

export const catalog: Record<string, string> = Object.assign({}, ...Object.values(files));
