# Reads reports of coverlet (Cobertura). Prints how many of the lines of each assembly of the product were executed; a line counts when one report says so.
BEGIN { RS = "<" }

function attribute(name,  start, rest) {
  start = index($0, " " name "=\"")
  if (!start) return ""
  rest = substr($0, start + length(name) + 3)
  return substr(rest, 1, index(rest, "\"") - 1)
}

/^package / { assembly = attribute("name") }
/^class / { file = attribute("filename") }
/^line / {
  key = assembly SUBSEP file SUBSEP attribute("number")
  if (!(key in hits)) { hits[key] = 0; lines[assembly]++ }
  if (attribute("hits") > 0 && !hits[key]) { hits[key] = 1; covered[assembly]++ }
}
END { for (assembly in lines) printf "%-28s %5.1f %% of %d lines\n", assembly, 100 * covered[assembly] / lines[assembly], lines[assembly] | "sort" }
