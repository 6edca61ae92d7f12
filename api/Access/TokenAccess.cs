using System.Text.Encodings.Web;
using AutoDeploy.Ports;
using Microsoft.AspNetCore.Authorization;

namespace AutoDeploy.Api.Access;

/// <summary>
/// Lets through who has the token. That holds for everything, also for paths where there is nothing; what anybody may call says so itself,
/// with the
/// metadata of AllowAnonymous.
/// </summary>
public static class TokenAccess
{
    public static void AddTokenAccess(this IServiceCollection services, TextWriter output, string? givenToken)
    {
        services.AddSingleton<FailedLoginLimiter>();
        services.AddSingleton<ClearTextWarning>();
        services.AddSingleton(provider => new AdminToken(provider.GetRequiredService<ILedger>(), output, givenToken));
        services.AddHostedService(provider => provider.GetRequiredService<AdminToken>());

        // the core alone: there is nothing to protect in cookies, for which keys would be made and written
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<TokenAuthenticationHandler>(TokenAuthenticationHandler.SchemeName, displayName: null);
            options.DefaultScheme = TokenAuthenticationHandler.SchemeName;
        });
        services.AddSingleton(UrlEncoder.Default);
        services.AddTransient<TokenAuthenticationHandler>();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        // it tells of every request without a token
        services.AddLogging(logging => logging.AddFilter(typeof(TokenAuthenticationHandler).FullName, LogLevel.Warning));
    }

    public static void UseTokenAccess(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>The user's name as the client gave it; any will do.</summary>
    public static string UserName(this HttpContext context) => context.User.Identity?.Name ?? BasicCredentials.Nobody;
}
