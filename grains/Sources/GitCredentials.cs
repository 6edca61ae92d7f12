using System.Globalization;
using System.Net;
using AutoDeploy.Ports;

namespace AutoDeploy.Sources;

/// <summary>Which of an organization's credentials open a repository.</summary>
public static class GitCredentials
{
    /// <summary>
    /// The one for the repository's host and the longest beginning of its path, at its port before those at any; null: none. A password
    /// goes over http only
    /// where it was given for that, or to this machine itself.
    /// </summary>
    public static GitCredential? Find(IEnumerable<GitCredential> all, RepositoryName repository) =>
        Fitting(all, repository).FirstOrDefault(credential => MayTravel(credential, repository));

    /// <summary>One that would be taken over https, and is not over http.</summary>
    public static GitCredential? Withheld(IEnumerable<GitCredential> all, RepositoryName repository) =>
        Find(all, repository) is null ? Fitting(all, repository).FirstOrDefault() : null;

    private static IEnumerable<GitCredential> Fitting(IEnumerable<GitCredential> all, RepositoryName repository)
    {
        var isSsh = repository.Scheme == "ssh";
        var port =
            repository.Port
            ?? repository.Scheme switch
            {
                "https" => 443,
                "http" => 80,
                "ssh" => 22,
                _ => 9418,
            };
        var precise = string.Create(CultureInfo.InvariantCulture, $"{repository.Host}:{port}");
        return all.Where(credential => !string.IsNullOrEmpty(isSsh ? credential.PrivateKey : credential.Password))
            .Where(credential => Is(credential, precise) || Is(credential, repository.Host))
            .Where(credential => PathPrefix.Covers(credential.Path, repository.Path))
            .OrderByDescending(credential => credential.Path.Length)
            .ThenByDescending(credential => Is(credential, precise));

        static bool Is(GitCredential credential, string host) => credential.Host.Equals(host, StringComparison.OrdinalIgnoreCase);
    }

    private static bool MayTravel(GitCredential credential, RepositoryName repository) =>
        repository.Scheme switch
        {
            "https" or "ssh" => true,
            "http" => credential.Scheme == "http" || IsLoopback(repository.Host),
            _ => false,
        };

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
