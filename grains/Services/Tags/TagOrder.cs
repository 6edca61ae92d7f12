namespace AutoDeploy.Services.Tags;

/// <summary>By what the tags are put in order that an expression covers.</summary>
public enum TagOrder
{
    /// <summary>The one that is pushed last is the newest.</summary>
    Pushed,

    /// <summary>Versions as semver.org defines them.</summary>
    Semver,

    /// <summary>A number, or several with dots, hyphens or underscores between them.</summary>
    Numeric,

    /// <summary>A date, with a time or without, or the seconds or milliseconds since 1970.</summary>
    Date,

    /// <summary>Text, character by character.</summary>
    Alphabetical,
}
