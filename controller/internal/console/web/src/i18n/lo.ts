const files = import.meta.glob<Record<string, string>>("./lo/*.json", { eager: true, import: "default" });

export const catalog: Record<string, string> = Object.assign({}, ...Object.values(files));
