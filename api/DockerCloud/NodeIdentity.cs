using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Engines;
using AutoDeploy.Ports;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>The nodes' uuids, the same for ever: one is kept, and the others are made of it and the engines' names.</summary>
public sealed class NodeIdentity(ILedger ledger)
{
    private Guid? _first;

    /// <summary>That of the engine <see cref="EngineNames.Local"/>.</summary>
    public async Task<Guid> First() =>
        _first ??= Guid.Parse(await ledger.InitSetting("node_uuid", Guid.NewGuid().ToString("D"), CancellationToken.None));

    public static Guid Uuid(Guid first, string engine)
    {
        if (engine == EngineNames.Local)
            return first;
        Span<byte> bytes = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{first}/{engine}"), bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }

    public static string Uri(Guid first, string engine) => ResourceUris.For(ResourceUris.Node, Uuid(first, engine));
}
