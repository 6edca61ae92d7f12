namespace AutoDeploy.Services.Tags;

/// <summary>Finds what .NET's expressions without backtracking lack; .NET itself says what, but not where.</summary>
internal static class UnsupportedRegexConstruct
{
    /// <summary>The first one in an expression that is well formed otherwise.</summary>
    public static TagPatternError? Find(string text)
    {
        var brackets = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var rest = text.AsSpan(at);
            if (rest[0] == '\\')
            {
                var next = rest.Length > 1 ? rest[1] : '\0';
                if (brackets == 0 && next is (>= '1' and <= '9') or 'k')
                    return new TagPatternError(at, "backreferences are not supported");
                if (brackets == 0 && next == 'G')
                    return new TagPatternError(at, "\"\\G\" is not supported");
                at++;
            }
            else if (rest[0] == '[' && (brackets == 0 || text[at - 1] == '-'))
            {
                // within a set it is a character, but for "-[", which takes a set away; a "]" that comes first is a character too
                brackets++;
                at +=
                    rest.StartsWith("[^]") ? 2
                    : rest.StartsWith("[]") ? 1
                    : 0;
            }
            else if (brackets > 0)
            {
                brackets -= rest[0] == ']' ? 1 : 0;
            }
            else if (rest.StartsWith("(?=") || rest.StartsWith("(?!") || rest.StartsWith("(?<=") || rest.StartsWith("(?<!"))
            {
                return new TagPatternError(at, "lookaround is not supported");
            }
            else if (rest.StartsWith("(?>"))
            {
                return new TagPatternError(at, "atomic groups are not supported");
            }
            else if (rest.StartsWith("(?("))
            {
                return new TagPatternError(at, "conditions are not supported");
            }
            else if (
                (rest.StartsWith("(?<") || rest.StartsWith("(?'"))
                && rest[3..].IndexOf('-') is >= 0 and var hyphen
                && hyphen < rest[3..].IndexOfAny('>', '\'')
            )
            {
                return new TagPatternError(at, "balancing groups are not supported");
            }
        }

        return null;
    }
}
