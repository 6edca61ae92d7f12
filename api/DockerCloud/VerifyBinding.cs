using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary><c>verify</c>: <c>{"cosign": {"keys": ["-----BEGIN PUBLIC KEY-----…"]}}</c>.</summary>
public static class VerifyBinding
{
    private const string Example = "such as {\"cosign\": {\"keys\": [\"-----BEGIN PUBLIC KEY-----...\"]}}";

    private static readonly JsonBinder<Request> Cosign = new([
        new(
            "keys",
            SchemaFactory.Texts(
                "Public keys in PEM, 1 to 20: ECDSA (P-256 or P-384), RSA of 2048 to 8192 bits or Ed25519. One of them has to have signed."
            ),
            (d, v) => d.Keys = ReadKeys(v)
        )
        {
            Required = true,
        },
    ]);

    public static readonly JsonBinder<Request> Binder = new([
        new("cosign", SchemaFactory.Object("A signature as cosign makes it with a key.", Cosign), ReadCosign) { Required = true },
    ]);

    /// <summary>Null for null.</summary>
    public static SignatureRule? Read(RequestValue value) =>
        value.IsNull ? null : new SignatureRule(Binder.Read(value, new Request()).Keys);

    private static void ReadCosign(Request request, RequestValue value)
    {
        if (value.IsNull)
            throw value.CreateTypeError($"an object with keys, {Example}");
        Cosign.Read(value, request);
    }

    private static ImmutableArray<string> ReadKeys(RequestValue value)
    {
        var keys = value.ReadItems(SignatureRule.MaxKeys);
        return keys.Count > 0
            ? [.. keys.Select(ReadKey)]
            : throw value.CreateError("has no key; expected one at least, or null for `verify`, which requires no signature");
    }

    private static string ReadKey(RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("a public key in PEM");
        var text = value.ReadText(SignatureKey.MaxTextLength).Trim();
        return SignatureKey.TryParse(text, out _, out var error) ? text : throw value.CreateError(error);
    }

    public sealed class Request
    {
        public ImmutableArray<string> Keys { get; set; } = [];
    }
}
