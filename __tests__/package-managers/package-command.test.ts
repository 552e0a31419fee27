import { describe, expect, it } from 'vitest';
import { readScript } from '../../src/dockerfile/shell/read-script.ts';
import { packageCommand } from '../../src/package-managers/package-command.ts';

function told(script: string): string {
  const [command] = readScript(script).commands;
  const found = command && packageCommand(command);
  return found ? `${found.manager.id} ${found.action}: ${found.title} [${found.names.join(' ')}]` : 'nothing';
}

describe('what a command has downloaded', () => {
  it.each([
    ['apt-get update', 'apt update: apt-get update []'],
    ['apt-get -y install --no-install-recommends curl git', 'apt names: apt-get install [curl git]'],
    ['DEBIAN_FRONTEND=noninteractive apt install -y curl', 'apt names: apt install [curl]'],
    ['sudo apt-get install -y curl', 'apt names: apt-get install [curl]'],
    ['apt-get install -f', 'nothing'],
    ['apt-get dist-upgrade -y', 'apt upgrade: apt-get dist-upgrade []'],
    ['apt-get -o Acquire::Retries=3 install curl', 'apt names: apt-get install [curl]'],
    ['apt-get purge gcc', 'nothing'],
    ['apk add --no-cache --virtual .build gcc', 'apk names: apk add [gcc]'],
    ['dnf -y update', 'dnf upgrade: dnf update []'],
    ['zypper in curl', 'zypper names: zypper in [curl]'],
    ['pacman -Sy', 'pacman update: pacman -Sy []'],
    ['pacman -Syu --noconfirm git', 'pacman upgrade: pacman -Syu [git]'],
    ['pacman -S git', 'pacman names: pacman -S [git]'],
    ['pacman -Scc', 'nothing'],
    ['rpm -ivh a.rpm', 'rpm files: rpm -ivh [a.rpm]'],
    ['rpm -qi curl', 'nothing'],
    ['rpm -qpi a.rpm', 'nothing'],
    ['npm ci --omit=dev', 'npm manifest: npm ci []'],
    ['npm --prefix web ci', 'npm manifest: npm ci []'],
    ['npm install', 'npm manifest: npm install []'],
    ['npm i express', 'npm names: npm i [express]'],
    ['npm install -g npm@10', 'npm names: npm install [npm@10]'],
    ['npm run install', 'nothing'],
    ['yarn --frozen-lockfile', 'yarn manifest: yarn []'],
    ['yarn install', 'yarn manifest: yarn install []'],
    ['yarn build', 'nothing'],
    ['yarn --version', 'nothing'],
    ['pnpm install --frozen-lockfile', 'pnpm manifest: pnpm install []'],
    ['pnpm add -g serve', 'pnpm names: pnpm add [serve]'],
    ['pip install --no-cache-dir -r requirements.txt', 'pip manifest: pip install []'],
    ['pip3.11 install -rrequirements.txt', 'pip manifest: pip install []'],
    ['python3 -m pip install flask', 'pip names: pip install [flask]'],
    ['pip install .', 'nothing'],
    ['pip install -r requirements.txt .', 'nothing'],
    ['pip install -e .', 'nothing'],
    ['pip install ./dist/app.whl', 'nothing'],
    ['uv pip install -r requirements.txt', 'uv manifest: uv pip install []'],
    ['uv sync --locked', 'uv manifest: uv sync []'],
    ['poetry install --no-root', 'poetry manifest: poetry install []'],
    ['bundle', 'bundler manifest: bundle []'],
    ['bundle exec rake', 'nothing'],
    ['composer install --no-dev', 'composer manifest: composer install []'],
    ['go mod download', 'go manifest: go mod download []'],
    ['go build -o /app ./cmd/app', 'go build: go build [./cmd/app]'],
    ['go build -mod=vendor ./...', 'nothing'],
    ['go install example.org/tool@v1.2.3', 'go names: go install [example.org/tool@v1.2.3]'],
    ['cargo build --release', 'cargo build: cargo build []'],
    ['cargo install --path .', 'cargo build: cargo install []'],
    ['cargo install ripgrep', 'cargo names: cargo install [ripgrep]'],
    ['cargo chef cook --release', 'cargo manifest: cargo chef [cook]'],
    ['cargo chef prepare', 'nothing'],
    ['./mvnw -B clean package', 'maven build: mvnw package []'],
    ['mvn dependency:go-offline', 'maven manifest: mvn dependency:go-offline []'],
    ['./gradlew --no-daemon bootJar', 'gradle build: gradlew bootJar []'],
    ['dotnet publish --no-restore', 'nothing'],
    ['make install', 'nothing'],
    ['__proto__ install x', 'nothing'],
    ['npm constructor', 'nothing'],
  ])('%s', (script, expected) => {
    expect(told(script)).toBe(expected);
  });
});
