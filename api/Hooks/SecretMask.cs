using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Encodings.Web;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Takes a hook's key and secret out of texts that are shown or stored as they are: some senders tell of the hook itself, URL included.
/// </summary>
internal static class SecretMask
{
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Hide(this Hook hook, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return text;
        // of base64's letters for URLs, which look the same everywhere
        text = text.Replace(hook.Key, DeliveryHeaders.Masked, StringComparison.Ordinal);
        // no form is shorter than the secret itself
        if (hook.Secret is { } secret && text.Length >= secret.Length)
            foreach (var form in Forms(secret))
                text = text.Replace(form, DeliveryHeaders.Masked, StringComparison.OrdinalIgnoreCase);
        return text;
    }

    /// <summary>As it is, in JSON, and in a form.</summary>
    private static IEnumerable<string> Forms(string secret) =>
        (
            (string[])
                [
                    secret,
                    JavaScriptEncoder.Default.Encode(secret),
                    JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret),
                    WebUtility.UrlEncode(secret),
                    Uri.EscapeDataString(secret),
                ]
        )
            .Distinct()
            .OrderByDescending(form => form.Length);
}
