using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using AutoDeploy.Api.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Api.Access;

/// <summary>Knows the admin by the token, which comes as the password of Basic or after Bearer or Token.</summary>
public sealed class TokenAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AdminToken token,
    FailedLoginLimiter failed,
    ClearTextWarning clearText
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Token";

    private const string Expected = "expected the admin token as the password of Basic, or after Bearer or Token, in `Authorization`.";

    private static readonly AuthenticateResult Wrong = AuthenticateResult.Fail("The token is wrong.");

    private TimeSpan? _wait;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    private AuthenticateResult Authenticate()
    {
        // a hook's sender puts a secret of its own there, which is no guess at the token
        if (
            Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null
            || BasicCredentials.Read(Request.Headers.Authorization) is not { } given
        )
            return AuthenticateResult.NoResult();

        var address = Context.Connection.RemoteIpAddress;
        clearText.Look(Context);
        _wait = failed.WaitOf(address);
        if (_wait is not null)
            return Wrong;
        if (!token.IsValid(given.Secret))
        {
            failed.Add(address);
            return Wrong;
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, given.User)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceAsync();
        if (_wait is { } wait)
        {
            var seconds = (int)Math.Max(1, Math.Ceiling(wait.TotalSeconds));
            Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            await Context.WriteError(
                StatusCodes.Status429TooManyRequests,
                $"Too many wrong tokens came from this address; try again in {SentenceText.FormatNumber(seconds)} "
                    + $"second{(seconds > 1 ? "s" : "")}."
            );
            return;
        }

        // a browser that has asked for a password would send it along with what pages of other sites make it ask for
        Response.Headers.WWWAuthenticate = Request.IsFromBrowser() ? "Bearer realm=\"AutoDeploy\"" : "Basic realm=\"AutoDeploy\"";
        await Context.WriteError(
            StatusCodes.Status401Unauthorized,
            result.None ? $"A token is missing; {Expected}" : $"The token is wrong; {Expected}"
        );
    }
}
