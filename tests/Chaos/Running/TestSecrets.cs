using System.Security.Cryptography;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Words that AutoDeploy is told and must tell nobody.</summary>
public sealed class TestSecrets
{
    public string Password { get; } = Marker("password");

    public string Hook { get; } = Marker("hook");

    public string Key { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public IReadOnlyList<string> All => [Password, Hook, Key, AutoDeployProcess.Token];

    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>
        {
            ["AUTODEPLOY_SECRET_KEY"] = Key,
            // what a round waits for, with as much in it as there can be
            ["AUTODEPLOY_DEBOUNCE_SECONDS"] = "0.5",
        };

    private static string Marker(string what) => $"{what}-marker-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
}
